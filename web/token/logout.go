package token

import (
	"log/slog"
	"net/http"

	"twodoors/web/door"
)

// Logout has nothing to forget: the server keeps nothing. The client throws its
// token away; a copy that somebody else has stays good until it expires.
func (d *Door) Logout(r *http.Request) {
	slog.InfoContext(r.Context(), "logout", "door", door.Token, "username", door.From(r.Context()).Username)
}

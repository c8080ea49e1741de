package edge

import (
	"net/http"

	"twodoors/web/door"
)

// Base is the address of the site as the sender of a request called it, for
// commands to copy.
func Base(r *http.Request) string {
	if r.TLS != nil || door.ClientOf(r.Context()).Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

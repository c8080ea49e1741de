package login

import (
	"context"
	"log/slog"
	"net/http"

	"twodoors/data"
	"twodoors/web/door"
)

// ChangePassword gives an account a new password, for who knows the old one. Every
// session and every refresh token of the account ends. What is wrong with the new
// one is a refusal with status 422.
func (d *Desk) ChangePassword(ctx context.Context, username, before, after string) (data.User, error) {
	user, err := d.Check(ctx, username, before)
	if err != nil {
		return data.User{}, err
	}
	if fault := weakness(after, username); fault != "" {
		return data.User{}, &door.Refusal{Status: http.StatusUnprocessableEntity, Kind: door.Malformed, Detail: fault}
	}
	hash, err := d.hashing.hash(ctx, after)
	if err != nil {
		return data.User{}, busy(err)
	}
	if err := d.users.SetPassword(ctx, user.ID, hash, d.now()); err != nil {
		return data.User{}, door.Failure("The password cannot be kept just now: the old one is still good. Try again in a moment.", err)
	}
	user.SessionGeneration++
	slog.InfoContext(ctx, "password changed", "username", user.Username)
	return user, nil
}

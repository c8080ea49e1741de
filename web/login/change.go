package login

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/trace"
)

// ChangePassword gives an account a new password, for who knows the old one. Every
// session and every refresh token of the account ends. What is wrong with the new
// one is a refusal with status 422.
func (d *Desk) ChangePassword(ctx context.Context, username, before, after string) (data.User, error) {
	user, err := d.Check(ctx, username, before)
	if err != nil {
		return data.User{}, err
	}
	step := trace.Start(ctx, trace.PasswordCheck)
	if fault := weakness(after, username); fault != "" {
		step.Refuse("this password cannot be taken")
		return data.User{}, &door.Refusal{Status: http.StatusUnprocessableEntity, Kind: door.Malformed, Detail: fault}
	}
	hash, err := d.hashing.hash(ctx, after)
	if err != nil {
		return data.User{}, notHashed(ctx, step, err)
	}
	user, err = d.users.SetPassword(ctx, user, hash, d.now())
	switch {
	case errors.Is(err, data.ErrChanged):
		step.Refuse("users: " + user.Username + " has changed since the old password was checked")
		return data.User{}, errChangedMeanwhile
	case err != nil:
		step.Refuse("users: the database does not take it")
		return data.User{}, door.Failure("The password cannot be kept just now: the old one is still good. Try again in a moment.", err)
	}
	slog.InfoContext(ctx, "password changed", "username", user.Username)
	return user, nil
}

var (
	errChangedMeanwhile = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.BadCredential,
		Detail: "Your new password was not saved, because this account changed in the meantime. Log in again with the password that is now valid."}
)

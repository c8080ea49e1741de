package account

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
// one is a refusal with status 422. The published accounts keep theirs: whoever
// changed it would lock out everybody else.
func (a *Accounts) ChangePassword(ctx context.Context, username, before, after string) (data.User, error) {
	if isDemo(fold(username)) {
		trace.Start(ctx, trace.PasswordCheck).In(a.users.Where()).Refuse(trace.AccountPublished, trace.Text("user", fold(username)))
		return data.User{}, errEverybodysPassword
	}
	user, err := a.Check(ctx, username, before)
	if err != nil {
		return data.User{}, err
	}
	step := trace.Start(ctx, trace.PasswordCheck)
	if fault := weakness(after, username); fault != "" {
		step.Refuse(trace.PasswordInvalid)
		return data.User{}, &door.Refusal{Status: http.StatusUnprocessableEntity, Kind: door.Malformed, Detail: fault}
	}
	hash, err := a.hasher.hash(after)
	if err != nil {
		return data.User{}, notHashed(step, err)
	}
	user, err = a.users.SetPassword(ctx, user, hash, a.now())
	switch {
	case errors.Is(err, data.ErrChanged):
		step.In(a.users.Where()).Refuse(trace.AccountChanged, trace.Text("user", user.Username))
		return data.User{}, errChangedMeanwhile
	case err != nil:
		step.In(a.users.Where()).Refuse(trace.DatabaseUnwritable)
		return data.User{}, door.Failure("The new password cannot be saved right now. The old one is still valid.", err)
	}
	slog.InfoContext(ctx, "password changed", "username", user.Username)
	return user, nil
}

var (
	errEverybodysPassword = &door.Refusal{Status: http.StatusUnprocessableEntity, Kind: door.Malformed,
		Detail: "The demo accounts ada and grace are shared, so their passwords cannot be changed. Sign up for your own account and change its password."}
	errChangedMeanwhile = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.BadCredential,
		Detail: "Your new password was not saved because the account changed in the meantime. Log in again with the current password."}
)

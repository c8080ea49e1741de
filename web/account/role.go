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

// ChangeRole gives an account another role, and changes nothing else: the session
// door reads the role at its next request, a token says what it said when it was
// signed until it is refreshed.
//
// Whether who asks is an administrator is read from the table when the role is written,
// whatever the door said: with an old token somebody who was dismissed could else
// appoint themselves again.
func (a *Accounts) ChangeRole(ctx context.Context, by, username, role string) error {
	step := trace.Start(ctx, trace.RoleChange).In(a.users.Where())
	switch {
	case role != door.RoleUser && role != door.RoleAdmin:
		step.Refuse(trace.RoleUnknown)
		return errNoRole
	case isDemo(fold(username)):
		step.Refuse(trace.AccountPublished, trace.Text("user", fold(username)))
		return errEverybodys
	}
	before, err := a.users.SetRole(ctx, fold(by), fold(username), role)
	switch {
	case errors.Is(err, data.ErrNotAdmin):
		step.Refuse(trace.AdminNoMore, trace.Text("user", by))
		return errDismissed
	case errors.Is(err, data.ErrNotFound):
		step.Refuse(trace.AccountUnknown)
		return errNoAccount
	case err != nil:
		step.Refuse(trace.DatabaseUnwritable)
		return door.Failure("The role cannot be changed right now. It is as before.", err)
	}
	step.Pass(trace.Text("user", before.Username), trace.Text("role", role), trace.Text("before", before.Role))
	slog.InfoContext(ctx, "role changed", "username", before.Username, "role", role, "by", by)
	return nil
}

var (
	errDismissed = &door.Refusal{Status: http.StatusForbidden, Kind: door.WrongRole,
		Detail: "Your account is no longer an administrator, whatever your token says. Log in with an administrator's account."}
	errNoRole = &door.Refusal{Status: http.StatusUnprocessableEntity, Kind: door.Malformed,
		Detail: "The role must be user or admin. Choose one of them."}
	errEverybodys = &door.Refusal{Status: http.StatusUnprocessableEntity, Kind: door.Malformed,
		Detail: "The demo accounts ada and grace are shared, so their roles cannot be changed. Sign up for your own account and change its role."}
	errNoAccount = &door.Refusal{Status: http.StatusNotFound, Kind: door.Malformed,
		Detail: "There is no account with that name. Check the name, or create the account first."}
)

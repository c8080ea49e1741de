package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/trace"
)

// Login makes a session for somebody whose password was right, and sends its id
// in a cookie. The id is always new, and the one that the request came with
// opens nothing any more: an id that somebody planted before is worth nothing.
//
// A login is refused when the account has changed since its password was checked. Stores
// outside the database know nothing of accounts: a session of an older generation that they
// take at that very moment opens nothing (loadUser).
func (d *Door) Login(w http.ResponseWriter, r *http.Request, user data.User) error {
	ctx := r.Context()
	step := trace.Start(ctx, trace.SessionCreate).In(d.Store.Where())
	id, err := d.create(ctx, r, user)
	switch {
	case errors.Is(err, data.ErrChanged):
		step.In(d.Users.Where()).Refuse(trace.AccountChanged, trace.Text("user", user.Username))
		return door.ErrChanged
	case errors.Is(err, errUsers):
		step.In(d.Users.Where()).Refuse(trace.DatabaseUnavailable)
		return door.Failure("Your account cannot be read right now.", err)
	case errors.Is(err, errFull):
		step.Refuse(trace.StoreFull)
		return door.FailureWith("This server has no room for more sessions.", "Try again when some have ended, or choose another store.", err)
	case err != nil:
		refuse(step, err, trace.StoreUnwritable)
		return d.failure("The session cannot be stored right now.", err)
	}
	setCookie(w, r, id)
	d.DropStrays(w, r)
	stray := "no"
	if d.Notice(r) != "" {
		stray = "yes"
	}
	step.Pass(trace.Text("name", cookieName(r)), trace.Text("shown", trace.ShowID(id)),
		trace.Text("user", user.Username), trace.Text("stray", stray))
	trace.Admit(ctx, user.Username)
	slog.InfoContext(ctx, "login", "door", door.Session, "username", user.Username)
	return nil
}

// create keeps a new session, and ends the one that the request came with.
func (d *Door) create(ctx context.Context, r *http.Request, user data.User) (id string, err error) {
	if err := d.expectUnchanged(ctx, user); err != nil {
		return "", err
	}
	if before, fault := presented(r); fault == nil {
		if _, err := d.forget(ctx, before); err != nil {
			return "", err
		}
	}
	sessions := d.forLogin(user)
	session, err := sessions.Load(ctx, "")
	if err != nil {
		return "", err
	}
	now := d.Now()
	sessions.SetDeadline(session, now.Add(d.Rules().Lifetime))
	sessions.Put(session, memoryKey, memory{UserID: user.ID, Generation: user.SessionGeneration, Login: now, Seen: now})
	id, _, err = sessions.Commit(session)
	return id, err
}

var errUsers = errors.New("the accounts cannot be read")

// expectUnchanged reports data.ErrChanged when a session of the account as the login read
// it would open nothing.
func (d *Door) expectUnchanged(ctx context.Context, user data.User) error {
	now, err := d.Users.ByID(ctx, user.ID)
	switch {
	case err == nil && now.SessionGeneration == user.SessionGeneration && !now.Disabled:
		return nil
	case err == nil, errors.Is(err, data.ErrNotFound):
		return data.ErrChanged
	}
	return fmt.Errorf("%w: %w", errUsers, err)
}

package session

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/trace"
)

// Logout forgets the session that a request brings, before it answers. Without
// one there is nothing to forget, and the cookie is taken away all the same. When
// another program's cookie comes beside ours, what either of them names is forgotten.
func (d *Door) Logout(w http.ResponseWriter, r *http.Request) error {
	d.readCookie(r)
	for _, id := range eachPresented(r) {
		if err := d.destroy(r, id); err != nil {
			return err
		}
	}
	d.takeCookie(w, r)
	return nil
}

func (d *Door) takeCookie(w http.ResponseWriter, r *http.Request) {
	setCookie(w, r, "")
	d.DropStrays(w, r)
}

// LogoutEverywhere ends every session of the visitor's account, on every server
// and in every store. A session that has been ended meanwhile does not end those that
// began since.
func (d *Door) LogoutEverywhere(w http.ResponseWriter, r *http.Request) error {
	visitor, err := d.Authorize(r, door.AnyRole)
	if err != nil {
		return err
	}
	ctx := r.Context()
	id, _ := presented(r)
	session, err := d.sessions.Load(ctx, id)
	if err != nil {
		refuse(trace.Start(ctx, trace.SessionDestroy).In(d.Store.Where()), err, trace.StoreUnavailable)
		return d.failure("Your sessions cannot be ended right now.", err)
	}
	step := trace.Start(ctx, trace.SessionDestroy).In(d.Users.Where())
	err = d.Users.EndSessions(ctx, visitor.UserID, d.recall(session).Generation)
	switch {
	case errors.Is(err, data.ErrChanged):
		step.Refuse(trace.SessionRevoked, trace.Text("user", visitor.Username))
		return errNoSession
	case err != nil:
		step.Refuse(trace.DatabaseUnwritable)
		return door.Failure("Your sessions cannot be ended right now.", err)
	}
	slog.InfoContext(ctx, "logout everywhere", "door", door.Session, "username", visitor.Username)
	if err := d.destroy(r, id); err != nil { // it lets nobody in any more all the same
		slog.WarnContext(ctx, "an ended session remains in its store", "door", door.Session, "err", err)
	}
	d.takeCookie(w, r)
	return nil
}

func (d *Door) destroy(r *http.Request, id string) error {
	ctx := r.Context()
	step := trace.Start(ctx, trace.SessionDestroy).In(d.Store.Where())
	known, err := d.forget(ctx, id)
	if err != nil {
		refuse(step, err, trace.StoreUnwritable)
		return d.failure("You are still logged in: the session cannot be ended right now.", err)
	}
	did := "unknown"
	if known {
		did = "destroyed"
	}
	step.Pass(trace.Text("did", did), trace.Text("shown", trace.ShowID(id)))
	slog.InfoContext(ctx, "logout", "door", door.Session)
	return nil
}

// forget ends the session of an id. When the store does not know it, a store that was
// selected before may.
func (d *Door) forget(ctx context.Context, id string) (known bool, err error) {
	session, err := d.sessions.Load(ctx, id)
	switch {
	case err == nil && d.sessions.Token(session) != "":
		return true, d.sessions.Destroy(session)
	case err == nil, errors.Is(err, errUndecodable):
		return false, d.Store.Delete(ctx, hashed(id))
	}
	return false, err
}

package session

import (
	"crypto/sha256"
	"encoding/base64"
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
		return failure("Your sessions cannot be ended just now.", err)
	}
	step := trace.Start(ctx, trace.SessionDestroy).In(d.Users.Where())
	err = d.Users.EndSessions(ctx, visitor.UserID, d.recall(session).Generation)
	switch {
	case errors.Is(err, data.ErrChanged):
		step.Refuse(trace.SessionRevoked, trace.Text("user", visitor.Username))
		return errNoSession
	case err != nil:
		step.Refuse(trace.DatabaseUnwritable)
		return door.Failure("Your sessions cannot be ended just now.", err)
	}
	slog.InfoContext(ctx, "logout everywhere", "door", door.Session, "username", visitor.Username)
	if err := d.destroy(r, id); err != nil { // it lets nobody in any more all the same
		slog.WarnContext(ctx, "a session that has been ended stays in its store", "door", door.Session, "err", err)
	}
	d.takeCookie(w, r)
	return nil
}

// hashed is the id as scs gives it to a store.
func hashed(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (d *Door) destroy(r *http.Request, id string) error {
	ctx := r.Context()
	step := trace.Start(ctx, trace.SessionDestroy).In(d.Store.Where())
	session, err := d.sessions.Load(ctx, id)
	did := "destroyed"
	if err == nil && d.sessions.Token(session) != "" {
		err = d.sessions.Destroy(session)
	} else if did = "unknown"; err == nil {
		err = d.Store.DeleteCtx(ctx, hashed(id)) // a store that was chosen before may have it
	}
	if err != nil && !errors.Is(err, errUndecodable) {
		refuse(step, err, trace.StoreUnwritable)
		return failure("You are not logged out: the session cannot be ended just now.", err)
	}
	step.Pass(trace.Text("did", did), trace.Text("shown", trace.ShowID(id)))
	slog.InfoContext(ctx, "logout", "door", door.Session)
	return nil
}

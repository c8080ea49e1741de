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

// Login makes a session for somebody whose password was right, and sends its id
// in a cookie. The id is always new, and the one that the request came with
// opens nothing any more: an id that somebody planted before is worth nothing.
func (d *Door) Login(w http.ResponseWriter, r *http.Request, user data.User) error {
	ctx := r.Context()
	secure := door.ArrivalOf(ctx).Secure
	step := trace.Start(ctx, trace.SessionCreate)
	id, err := d.create(ctx, r, user)
	if err != nil {
		step.Refuse(d.Store.Where() + ": does not take it")
		return door.Failure("The session cannot be kept just now. Try again in a moment.", err)
	}
	setCookie(w, secure, id)
	step.Pass(d.Store.Where() + ": " + CookieName(secure) + "=" + trace.ShowID(id) + " is " + user.Username)
	trace.Admit(ctx, user.Username)
	slog.InfoContext(ctx, "login", "door", door.Session, "username", user.Username)
	return nil
}

func (d *Door) create(ctx context.Context, r *http.Request, user data.User) (id string, err error) {
	before, _ := presented(r)
	session, err := d.sessions.Load(ctx, before)
	if errors.Is(err, errUndecodable) {
		session, err = d.sessions.Load(ctx, "")
	}
	if err != nil {
		return "", err
	}
	if err := d.sessions.RenewToken(session); err != nil {
		return "", err
	}
	now := d.Now()
	d.sessions.SetDeadline(session, now.Add(d.Rules().Lifetime))
	d.sessions.Put(session, memoryKey, memory{UserID: user.ID, Generation: user.SessionGeneration, Login: now, Seen: now})
	id, _, err = d.sessions.Commit(forNew(session, user.ID))
	return id, err
}

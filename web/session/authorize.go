package session

import (
	"context"
	"errors"
	"net/http"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/trace"
)

// Authorize lets the sender of a request in, or says which step refused. The
// id says nothing by itself: everything is looked up, at every request.
func (d *Door) Authorize(r *http.Request, need string) (door.Visitor, error) {
	id, err := d.readCookie(r)
	if err != nil {
		return door.Visitor{}, err
	}
	ctx, remembered, err := d.findSession(r.Context(), id)
	if err != nil {
		return door.Visitor{}, err
	}
	if err := d.checkAge(ctx, remembered); err != nil {
		return door.Visitor{}, err
	}
	user, err := d.loadUser(ctx, remembered)
	if err != nil {
		return door.Visitor{}, err
	}
	visitor := door.Visitor{Door: door.Session, UserID: user.ID, Username: user.Username, Role: user.Role}
	if err := door.CheckRole(ctx, visitor, need); err != nil {
		return door.Visitor{}, err
	}
	return visitor, d.saveSeen(ctx, remembered)
}

// readCookie takes the session id from the cookie, and from nowhere else.
func (d *Door) readCookie(r *http.Request) (id string, err error) {
	ctx, name := r.Context(), cookieName(r)
	step := trace.Start(ctx, trace.CookieRead)
	id, fault := presented(r)
	if fault != nil {
		step.Refuse(fault.why, trace.Text("name", name))
		return "", fault.refusal
	}
	credential := trace.Credential{Kind: "cookie", Name: name, Shown: trace.ShowID(id), Bytes: len(id)}
	trace.Present(ctx, credential)
	step.Pass(trace.Number("bytes", len(id)), trace.Text("name", credential.Name), trace.Text("shown", credential.Shown))
	return id, nil
}

// findSession asks the store what it remembers under the id.
func (d *Door) findSession(ctx context.Context, id string) (context.Context, memory, error) {
	step := trace.Next(ctx, trace.SessionFind).In(d.Store.Where())
	loaded, err := d.sessions.Load(ctx, id)
	switch {
	case errors.Is(err, errUndecodable):
		step.Refuse(trace.SessionUndecodable)
		return nil, memory{}, errNoSession
	case err != nil:
		refuse(step, err, trace.StoreUnavailable)
		return nil, memory{}, d.failure("The sessions cannot be read right now. You might still be logged in.", err)
	case d.sessions.Token(loaded) == "":
		step.Refuse(trace.SessionUnknown, d.lostWithLeader()...)
		return nil, memory{}, errNoSession
	}
	step.Pass()
	return loaded, d.recall(loaded), nil
}

// lostWithLeader is a fact when the session that was not found can be one that the store lost
// with its leader. After the idle timeout it would be unknown anyway.
func (d *Door) lostWithLeader() []trace.Fact {
	led, ok := d.Store.(Led)
	if !ok {
		return nil
	}
	ago, ever := led.LeaderChanged()
	if !ever || ago >= d.Rules().Idle {
		return nil
	}
	return []trace.Fact{trace.Duration("leader_changed", ago)}
}

// checkAge applies both timeouts by the server's clock: the idle one to the last
// use, the absolute one to the login, however active the session was since.
func (d *Door) checkAge(ctx context.Context, m memory) error {
	step := trace.Next(ctx, trace.SessionAge)
	now, rules := d.Now(), d.Rules()
	age, idle := now.Sub(m.Login), now.Sub(m.Seen)
	switch {
	case age >= rules.Lifetime:
		step.Refuse(trace.SessionTooOld, trace.Duration("age", age), trace.Duration("lifetime", rules.Lifetime))
		return errExpired
	case idle >= rules.Idle:
		step.Refuse(trace.SessionIdle, trace.Duration("idle", idle), trace.Duration("idle_timeout", rules.Idle))
		return errExpired
	}
	step.Pass(trace.Duration("age", age), trace.Duration("lifetime", rules.Lifetime), trace.Duration("idle", idle), trace.Duration("idle_timeout", rules.Idle))
	return nil
}

// loadUser reads the account afresh, so a role that was taken away, an account
// that was disabled and "log out everywhere" count from the next request on.
func (d *Door) loadUser(ctx context.Context, m memory) (data.User, error) {
	step := trace.Next(ctx, trace.UserLoad).In(d.Users.Where())
	user, err := d.Users.ByID(ctx, m.UserID)
	switch {
	case errors.Is(err, data.ErrNotFound):
		step.Refuse(trace.AccountUnknown)
		return user, errNoSession
	case err != nil:
		step.Refuse(trace.DatabaseUnavailable)
		return user, door.Failure("Your account cannot be read right now.", err)
	case user.Disabled:
		step.Refuse(trace.AccountDisabled, trace.Text("user", user.Username))
		return user, errNoSession
	case user.SessionGeneration != m.Generation:
		step.Refuse(trace.SessionRevoked, trace.Text("user", user.Username))
		return user, errNoSession
	}
	step.Pass(trace.Text("user", user.Username), trace.Text("role", user.Role))
	return user, nil
}

// saveSeen notes that the session was used, once in a twentieth of the idle
// timeout: a request writes nothing, and a session ends up to 5 % early.
func (d *Door) saveSeen(ctx context.Context, m memory) error {
	now := d.Now()
	if now.Sub(m.Seen) < d.Rules().Idle/20 {
		return nil
	}
	step := trace.Next(ctx, trace.SessionSave).In(d.Store.Where())
	m.Seen = now
	d.sessions.Put(ctx, memoryKey, m)
	switch _, _, err := d.sessions.Commit(ctx); {
	case errors.Is(err, data.ErrNotFound):
		step.Refuse(trace.SessionEnded)
		return errNoSession
	case err != nil:
		refuse(step, err, trace.StoreUnwritable)
		return d.failure("The session cannot be stored right now.", err)
	}
	step.Pass()
	return nil
}

var (
	errNoCookie = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.NoCredential,
		Detail: "This request has no session cookie. Log in at the session door first."}
	errNoSession = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.BadCredential,
		Detail: "This session is unknown here. Log in again."}
	errStray = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.BadCredential,
		Detail: "Another program on this host replaced the session cookie. Log in again to get a new one."}
	errExpired = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.BadCredential,
		Detail: "This session has expired. Log in again."}
)

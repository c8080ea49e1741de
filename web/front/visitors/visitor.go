package visitors

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"twodoors/web/door"
	"twodoors/web/experiment"
	"twodoors/web/room"
	"twodoors/web/trace"
)

const (
	clientName = "visitors" // as traces call them

	// patience is how long somebody waits before logging in again.
	patience = 5 * time.Second
)

// visitor is somebody at one door, with a client, and so with cookies or a token, of its own.
// It sends one request at a time.
type visitor struct {
	door   string
	crowd  *crowd
	client *experiment.Client
	sent   *trace.Trace // by its client, last
	busy   atomic.Bool

	home     int       // the server where it logged in, 0 when it has to log in
	loggedIn time.Time // last
}

func newVisitor(c *crowd, door string, by door.Client) *visitor {
	v := &visitor{door: door, crowd: c}
	by.Seat, by.Secure = c.all.Seats.Make().Name(), strings.HasPrefix(c.all.Address, "https:")
	v.client = experiment.NewClient(clientName, func() string { return c.all.Address },
		&transport{front: c.all.Front, from: by, now: c.all.Now, sent: func(t *trace.Trace) { v.sent = t }},
		http.Header{"Room": {by.RoomName() + ";by=timer"}}) // no person pressed: a room may fall asleep meanwhile
	return v
}

// begin reports whether it may send a request now. Then end has to follow.
func (v *visitor) begin() bool {
	if !v.busy.CompareAndSwap(false, true) {
		return false
	}
	select {
	case v.crowd.all.turns <- struct{}{}:
		return true
	default:
		v.busy.Store(false)
		return false
	}
}

func (v *visitor) end() {
	<-v.crowd.all.turns
	v.busy.Store(false)
}

// visit asks for the protected page, and returns the trace, nil when nothing was answered. Who is
// not logged in logs in first; the fault says why that does not work.
func (v *visitor) visit(ctx context.Context) (t *trace.Trace, fault string) {
	v.sent = nil
	if v.home == 0 && v.crowd.all.Now().Sub(v.loggedIn) >= patience {
		if t, fault, ok := v.logIn(ctx); !ok {
			return t, fault
		}
	}
	if _, err := v.client.Me(ctx, v.door); err != nil || v.sent == nil {
		return nil, ""
	}
	if v.sent.Outcome == trace.Denied && v.isLost() {
		v.home = 0
	}
	return v.sent, ""
}

// logIn logs in anew, at the token door by the refresh token if that is still good.
func (v *visitor) logIn(ctx context.Context) (t *trace.Trace, fault string, ok bool) {
	var done bool
	var err error
	if v.client.Token != "" {
		done, err = v.client.Refresh(ctx)
	}
	if !done && err == nil {
		_, err = v.client.LogIn(ctx, v.door)
	}
	switch {
	case v.sent == nil:
		return nil, "", false
	case v.sent.Outcome == trace.Denied:
		return nil, "The visitors cannot log in as ada at the " + v.door + " door, so they have stopped.", false
	case err != nil:
		return v.sent, "", false
	}
	v.home, v.loggedIn = v.sent.Server, v.crowd.all.Now()
	return v.sent, "", true
}

// isLost reports whether a refusal means that the login is lost. Another server than its own may
// just not know of it.
func (v *visitor) isLost() bool {
	if v.sent.Server == v.home {
		return true
	}
	home, there := v.crowd.in.Server(v.home)
	return !there || home.State == room.Stopped
}

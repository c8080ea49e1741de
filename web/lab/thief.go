package lab

import (
	"context"
	"net/http"
	"sync"
	"time"

	"twodoors/web/door"
	"twodoors/web/response"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// thief is a client of the lab's own that was handed what a visitor's requests carry,
// and goes on calling the protected pages with it. What it was handed stays here: it
// is in no answer and in no log.
type thief struct {
	*Client

	mu       sync.Mutex
	loot     map[string]http.Header // what it shows, by door
	standing map[string]*Standing   // by door
	wake     chan struct{}          // begins another minute
	lent     func() bool            // whether its seat is still in the lab
}

// Standing is how a thief fares at a door.
type Standing struct {
	Status int `json:"status"` // of the last answer; 0 when there was none
	Calls  int `json:"calls"`
	LetIn  int `json:"let_in"`

	refused int // in a row
}

// How often a thief calls, for how long, and how many refusals in a row it takes to
// make it give up.
const (
	thiefEvery    = 500 * time.Millisecond
	thiefFor      = time.Minute
	thiefGivesUp  = 3
	sessionCookie = "session" // over HTTPS __Host-session
	stickyCookie  = "sticky"  // the front's
)

// rob makes a thief of what a request carries. It has nothing when the request
// carries nothing.
func rob(r *http.Request, site Address, s seat.Seat) *thief {
	t := &thief{Client: newClient(thiefName, site, s), loot: map[string]http.Header{}, standing: map[string]*Standing{}, wake: make(chan struct{}, 1)}
	taken, session := http.Request{Header: http.Header{}}, false
	from := door.ArrivalOf(r.Context())
	for _, cookie := range r.Cookies() {
		switch cookie.Name {
		case from.CookieName(sessionCookie):
			session = true
			taken.AddCookie(cookie)
		case from.CookieName(stickyCookie): // without it, it might come to a server that has never seen the session
			taken.AddCookie(cookie)
		}
	}
	if session {
		t.loot["session"] = taken.Header
	}
	if bearer := r.Header.Get("Authorization"); bearer != "" {
		t.loot["token"] = http.Header{"Authorization": {bearer}}
	}
	for door := range t.loot {
		t.standing[door] = &Standing{}
	}
	return t
}

// try calls the protected page of a door once.
func (t *thief) try(ctx context.Context, door string) {
	t.mu.Lock()
	shown := t.loot[door]
	t.mu.Unlock()
	if shown == nil {
		return
	}
	status, _ := t.do(ctx, http.MethodGet, "/api/"+door+"/me", shown, nil)
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.standing[door]
	s.Status = status
	s.Calls++
	switch status {
	case http.StatusOK:
		s.LetIn++
		s.refused = 0
	case http.StatusUnauthorized, http.StatusForbidden:
		s.refused++
	}
}

// tryAll calls at every door that it has something for, and says how it fares.
func (t *thief) tryAll(ctx context.Context) map[string]Standing {
	for _, door := range []string{"session", "token"} {
		t.try(ctx, door)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fares := map[string]Standing{}
	for door, s := range t.standing {
		fares[door] = *s
	}
	return fares
}

// goOn calls twice a second, one door after the other, for at most a minute, until
// every door has refused it several times and while its seat is in the lab. Who wakes it
// gives it another minute. When it is over it has nothing left.
func (t *thief) goOn(ctx context.Context, closed <-chan struct{}) {
	defer t.forget()
	every := time.NewTicker(thiefEvery)
	defer every.Stop()
	for calls := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-closed:
			return
		case <-t.wake:
			calls = 0
			continue
		case <-every.C:
		}
		if !t.lent() {
			return
		}
		door := []string{"session", "token"}[calls%2]
		if !t.hopeful(door) {
			door = []string{"token", "session"}[calls%2]
		}
		if calls++; t.hopeful(door) && calls <= int(thiefFor/thiefEvery) {
			t.try(ctx, door)
		}
	}
}

func (t *thief) forget() {
	t.leave()
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.loot)
}

// hopeful reports whether it goes on at a door.
func (t *thief) hopeful(door string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.standing[door]
	return s != nil && s.refused < thiefGivesUp
}

// thieves are all there are, one for a seat at most.
type thieves struct {
	labs *Labs
	held hold[*thief]
}

// steal hands a thief what the request carries. Its first calls are over when the
// answer comes.
func (th *thieves) steal(w http.ResponseWriter, r *http.Request) {
	s := seat.From(r.Context())
	t := rob(r, th.labs.Address, s)
	if len(t.loot) == 0 {
		response.Refuse(w, response.Problem{Status: http.StatusUnprocessableEntity, Detail: "There is nothing to steal: this request carries neither a session cookie nor a bearer token. Log in first."})
		return
	}
	t.lent = func() bool { return th.labs.Running(context.Background(), s.Name(), "theft") }
	ctx, end := context.WithCancel(context.Background())
	if !th.held.put(s.Name(), t, end) {
		response.Refuse(w, response.Problem{Status: http.StatusTooManyRequests, Detail: "A hundred thieves are at work already. Try again in ten minutes."})
		return
	}
	fares := t.tryAll(r.Context())
	go func() {
		t.goOn(ctx, th.labs.Closing)
		if ctx.Err() == nil { // else it was sent away, or another came in its place
			th.held.forget(s.Name())
		}
	}()
	response.JSON(w, http.StatusOK, fares)
}

// try has the seat's thief call once more, now.
func (th *thieves) try(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	t, ok := th.held.get(seat.From(r.Context()).Name())
	if !ok {
		response.Refuse(w, response.Problem{Status: http.StatusConflict, Detail: "Nobody has your credential: hand it to the thief first. What it was handed it forgets after ten minutes."})
		return
	}
	fares := t.tryAll(r.Context())
	select {
	case t.wake <- struct{}{}:
	default:
	}
	response.JSON(w, http.StatusOK, fares)
}

// stop makes the thief forget what it was handed.
func (th *thieves) stop(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	th.held.forget(seat.From(r.Context()).Name())
	response.Empty(w, http.StatusNoContent)
}

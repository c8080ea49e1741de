package theft

import (
	"context"
	"net/http"
	"sync"
	"time"

	"twodoors/web/door"
	"twodoors/web/lab"
)

// How often a thief calls, for how long, and how many refusals in a row make it give a door up.
const (
	callEvery  = 500 * time.Millisecond
	callFor    = time.Minute
	maxRefused = 3
)

// client sends a thief's requests.
type client interface {
	Do(ctx context.Context, method, path string, header http.Header, body any) (status int, answer []byte)
	Close()
}

// thief has a copy of what a visitor's request carried, and goes on calling the protected pages with it. The copy
// stays here: it is in no answer and in no log.
type thief struct {
	client client

	mu          sync.Mutex
	credentials map[string]http.Header // by door, as a request's header
	tallies     map[string]*tally      // by door
	wake        chan struct{}          // begins another minute
	inLab       func() bool            // whether its seat is still in the lab
}

// tally counts what a door answered to a thief.
type tally struct {
	Status int `json:"status"` // of the last answer; 0 when there was none
	Calls  int `json:"calls"`
	LetIn  int `json:"let_in"`

	refused int // in a row
}

// newThief returns a thief that has stolen credentials, by door.
func newThief(client client, credentials map[string]http.Header, inLab func() bool) *thief {
	t := &thief{client: client, credentials: credentials, tallies: map[string]*tally{}, wake: make(chan struct{}, 1), inLab: inLab}
	for door := range credentials {
		t.tallies[door] = &tally{}
	}
	return t
}

// steal copies the credentials that a request carries, by door, each as a header. It is empty when the request
// carries none.
func steal(r *http.Request) map[string]http.Header {
	stolen := map[string]http.Header{}
	if session := sessionCookies(r); session != nil {
		stolen["session"] = session
	}
	if bearer := r.Header.Get("Authorization"); bearer != "" {
		stolen["token"] = http.Header{"Authorization": {bearer}}
	}
	return stolen
}

// sessionCookies are a request's session cookie and its sticky cookie: without that the thief might come to a
// server that has never seen the session. It is nil without a session.
func sessionCookies(r *http.Request) http.Header {
	from, session := door.ClientOf(r.Context()), false
	copied := http.Request{Header: http.Header{}}
	for _, cookie := range r.Cookies() {
		switch cookie.Name {
		case from.CookieName(lab.SessionCookie):
			session = true
			copied.AddCookie(cookie)
		case from.CookieName(lab.StickyCookie):
			copied.AddCookie(cookie)
		}
	}
	if !session {
		return nil
	}
	return copied.Header
}

// call calls the protected page of a door once.
func (t *thief) call(ctx context.Context, door string) {
	t.mu.Lock()
	credential := t.credentials[door]
	t.mu.Unlock()
	if credential == nil {
		return
	}
	status, _ := t.client.Do(ctx, http.MethodGet, "/api/"+door+"/me", credential, nil)
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.tallies[door]
	at.Status = status
	at.Calls++
	switch status {
	case http.StatusOK:
		at.LetIn++
		at.refused = 0
	case http.StatusUnauthorized, http.StatusForbidden:
		at.refused++
	}
}

// fares is what each door answered to a thief, and a sentence that says it.
type fares struct {
	Session *tally `json:"session,omitempty"` // nil for a door for which it has no credential
	Token   *tally `json:"token,omitempty"`
	Says    string `json:"says"`
}

// callAll calls at every door for which it has a credential, and returns what it got there.
func (t *thief) callAll(ctx context.Context) (f fares) {
	for _, door := range []string{"session", "token"} {
		t.call(ctx, door)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	f.Session, f.Token = t.tallies["session"].copy(), t.tallies["token"].copy()
	f.Says = says(f.Session, f.Token)
	return f
}

func (t *tally) copy() *tally {
	if t == nil {
		return nil
	}
	c := *t
	return &c
}

// goOn calls twice a second, at one door after the other, for at most a minute, until
// every door has refused it several times and while its seat is in the lab. A wake-up
// gives it another minute. When it is over the thief has nothing left.
func (t *thief) goOn(ctx context.Context, closed <-chan struct{}) {
	defer t.forget()
	every := time.NewTicker(callEvery)
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
		if !t.inLab() {
			return
		}
		door := []string{"session", "token"}[calls%2]
		if !t.hopeful(door) {
			door = []string{"token", "session"}[calls%2]
		}
		if calls++; t.hopeful(door) && calls <= int(callFor/callEvery) {
			t.call(ctx, door)
		}
	}
}

func (t *thief) forget() {
	t.client.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.credentials)
}

// hopeful reports whether the thief goes on at a door.
func (t *thief) hopeful(door string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.tallies[door]
	return at != nil && at.refused < maxRefused
}

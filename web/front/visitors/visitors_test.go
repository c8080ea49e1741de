package visitors

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/door"
	"twodoors/web/room"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// stage is a room of two servers that take turns, and a front before it. Each knows those who
// logged in at it, and nobody else.
type stage struct {
	mu       sync.Mutex
	turn     int
	logins   int
	asleep   bool
	ended    bool
	locked   bool // nobody can log in
	database bool // each server knows those of the other
}

func (s *stage) Name() string { return "k3f9" }

func (s *stage) Asleep() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asleep
}

func (s *stage) Server(number int) (room.ServerStatus, bool) {
	return room.ServerStatus{Number: number, State: room.Ready}, true
}

func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn++
	t := trace.From(r.Context())
	t.Server = 1 + s.turn%2
	here := string('0' + rune(t.Server))
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Header.Get("Room") != "k3f9;by=timer" || door.ClientOf(r.Context()).Room != "k3f9":
		w.WriteHeader(http.StatusConflict)
	case strings.HasSuffix(r.URL.Path, "/login"):
		s.logins++
		if s.locked {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: here, Path: "/"})
		text, _ := json.Marshal(map[string]string{"access_token": "token"})
		w.Write(text)
	case r.URL.Path == "/api/token/me":
		w.WriteHeader(http.StatusOK)
	default:
		if cookie, err := r.Cookie("session"); !s.database && (err != nil || cookie.Value != here) {
			w.WriteHeader(http.StatusUnauthorized)
		}
		w.Write(nil)
	}
}

// visit runs what a test does with the visitors of a stage, on a clock of the test's own.
func visit(t *testing.T, do func(*Visitors, *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{}
		v := New(Config{Front: s, Address: "http://localhost:8080", Seats: seat.New([]byte("key")), Now: time.Now, Open: func(string) bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return !s.ended
		}})
		defer v.Close()
		do(v, s)
	})
}

var by = door.Client{Address: "192.0.2.1", Seat: "seat", Room: "k3f9"}

func tallyOf(s State) (allowed, denied map[string]int) {
	allowed, denied = map[string]int{}, map[string]int{}
	for _, one := range s.Visits {
		name := map[bool]string{true: door.Session, false: door.Token}[one.Trace.Path == "/api/session/me"]
		if one.Trace.Outcome == trace.Allowed {
			allowed[name]++
		} else {
			denied[name]++
		}
	}
	return allowed, denied
}

// As many come a second as were asked for, to both doors alike. Where servers take turns, the
// session door refuses some of them and lets them stay logged in; the token door refuses none.
func TestVisitorsComeToBothDoors(t *testing.T) {
	t.Parallel()
	visit(t, func(v *Visitors, s *stage) {
		_, end := v.Watch(s)
		defer end()
		if err := v.Set(s, 20, by); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		now := v.Look(s)
		if n := now.Visits[len(now.Visits)-1].Number; n < 190 || n > 201 || len(now.Visits) != Kept {
			t.Errorf("%d visits in ten seconds, %d kept", n, len(now.Visits))
		}
		allowed, denied := tallyOf(now)
		if allowed[door.Session]+denied[door.Session] != Kept/2 || denied[door.Session] < 5 || allowed[door.Session] < 5 || denied[door.Token] != 0 {
			t.Errorf("allowed %v, denied %v", allowed, denied)
		}
		if s.logins != 2*people {
			t.Errorf("%d logins", s.logins)
		}
		s.mu.Lock()
		s.database = true
		s.mu.Unlock()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if _, denied := tallyOf(v.Look(s)); len(denied) != 0 {
			t.Errorf("healed, and denied %v", denied)
		}
	})
}

// They stop when nobody watches, when the room sleeps or has ended, and when they cannot log in;
// then nothing of them is kept.
func TestVisitorsStop(t *testing.T) {
	t.Parallel()
	for name, why := range map[string]func(*Visitors, *stage, func()){
		"nobody watches":   func(_ *Visitors, _ *stage, end func()) { end() },
		"the room sleeps":  func(_ *Visitors, s *stage, _ func()) { s.asleep = true },
		"the room ended":   func(_ *Visitors, s *stage, _ func()) { s.ended = true },
		"the site ends":    func(v *Visitors, _ *stage, _ func()) { v.stop() },
		"nobody may enter": func(_ *Visitors, s *stage, _ func()) { s.locked = true },
	} {
		visit(t, func(v *Visitors, s *stage) {
			if name == "nobody may enter" {
				why(v, s, nil)
			}
			_, leave := v.Watch(s)
			end := sync.OnceFunc(leave)
			defer end()
			v.Set(s, 50, by)
			time.Sleep(5 * time.Second)
			synctest.Wait()
			s.mu.Lock()
			why(v, s, end)
			s.mu.Unlock()
			time.Sleep(Unwatched + time.Second)
			synctest.Wait()
			s.mu.Lock()
			before := s.turn
			s.mu.Unlock()
			time.Sleep(time.Minute)
			synctest.Wait()
			if s.turn != before {
				t.Errorf("%s: %d requests more", name, s.turn-before)
			}
			if name == "nobody may enter" && (v.Look(s).Fault == "" || s.logins > 2*people) {
				t.Errorf("%s: %+v after %d logins", name, v.Look(s), s.logins)
			}
			end()
			if len(v.crowds) != 0 {
				t.Errorf("%s: the room is kept", name)
			}
		})
	}
}

// A visitor sends one request at a time, and few are under way in all rooms together.
func TestFewVisitsAreUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		underWay, most := 0, 0
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			underWay++
			most = max(most, underWay)
			mu.Unlock()
			time.Sleep(3 * time.Second)
			mu.Lock()
			underWay--
			mu.Unlock()
		})
		v := New(Config{Front: slow, Address: "http://localhost:8080", Seats: seat.New([]byte("key")), Now: time.Now, Open: func(string) bool { return true }})
		defer v.Close()
		s := &stage{}
		_, end := v.Watch(s)
		defer end()
		v.Set(s, 50, by)
		time.Sleep(20 * time.Second)
		mu.Lock()
		defer mu.Unlock()
		if most == 0 || most > cap(v.turns) || most > 2*people {
			t.Errorf("%d at once", most)
		}
	})
}

// Only so many may be asked for.
func TestVisitorsAreBounded(t *testing.T) {
	t.Parallel()
	visit(t, func(v *Visitors, s *stage) {
		for _, n := range []int{-1, MostPerSecond + 1} {
			if err := v.Set(s, n, by); err == nil {
				t.Errorf("%d a second", n)
			}
		}
		if len(v.crowds) != 0 {
			t.Error("something is kept of what was refused")
		}
	})
}

// What the front breaks off is no visit.
func TestBrokenAnswerIsNoVisit(t *testing.T) {
	t.Parallel()
	broken := &transport{now: time.Now, sent: func(*trace.Trace) {}, front: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })}
	r, _ := http.NewRequestWithContext(context.Background(), "GET", "http://localhost/api/session/me", nil)
	if answer, err := broken.RoundTrip(r); err == nil {
		t.Errorf("%v", answer)
	}
}

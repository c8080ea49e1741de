package process

import (
	"context"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"twodoors/web/redisd"
)

// staysIn checks that the session lets in, whichever server is asked.
func (s *visit) staysIn() {
	s.t.Helper()
	for range 2 * len(s.servers()) {
		if a := s.sessionMe(); a.status != 200 {
			s.t.Errorf("%d %s", a.status, a.body)
		}
	}
}

// Taking Redis away makes the session door answer 503 quickly, and the token door go on.
func TestRedisIsTakenAway(t *testing.T) {
	t.Parallel()
	s := open(t, "--store=redis", "--servers=2", "--balance=round-robin")
	if store := s.store(); store.Kind != "redis" || store.State != "up" || store.Program != "redis-server" {
		t.Errorf("%+v", store)
	}
	s.logIn()
	s.staysIn()
	if a := s.call("POST", "/api/store/stop", ""); a.status != 200 || !strings.Contains(a.body, `"away"`) {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for range 4 {
		start := time.Now()
		a := s.sessionMe()
		if a.status != 503 || s.trace(a).Reason != "session.find" || time.Since(start) > time.Second {
			t.Errorf("%d %s after %v", a.status, a.body, time.Since(start))
		}
		if s.tokenMe().status != 200 {
			t.Error("the token door")
		}
	}
}

// Bringing Redis back works without touching the servers; the sessions that it held are gone.
func TestRedisIsBroughtBack(t *testing.T) {
	t.Parallel()
	s := open(t, "--store=redis", "--servers=2", "--balance=round-robin")
	s.logIn()
	before := s.servers()
	if a := s.call("POST", "/api/store/stop", ""); a.status != 200 || s.sessionMe().status != 503 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := s.call("POST", "/api/store/start", ""); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := s.sessionMe(); a.status != 401 {
		t.Errorf("Redis came back empty: %d", a.status)
	}
	s.logIn()
	s.staysIn()
	for i, now := range s.servers() {
		if now.PID != before[i].PID {
			t.Errorf("server %d was restarted", now.Number)
		}
	}
}

// A Redis that keeps nobody's session can be taken away as well.
func TestRedisThatIsNotInUseIsTakenAway(t *testing.T) {
	t.Parallel()
	s := open(t, "--store=redis")
	s.patch(`{"store":"memory"}`)
	s.logIn()
	if a := s.call("POST", "/api/store/stop", ""); a.status != 200 || s.sessionMe().status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// A Redis that ends by itself is started again, at the same place.
func TestRedisThatEndsByItselfIsStartedAgain(t *testing.T) {
	t.Parallel()
	s := open(t, "--store=redis")
	address := s.store().Address
	for _, pid := range s.children("redis") {
		kill(pid, syscall.SIGKILL)
	}
	s.until("it is noticed", func() bool { return strings.Contains(s.Log.String(), "store crashed") })
	s.until("it runs again", func() bool { return s.store().State == "up" })
	if now := s.store().Address; now != address {
		t.Errorf("at %s, before at %s", now, address)
	}
	s.until("who logs in stays logged in", func() bool { s.logIn(); return s.sessionMe().status == 200 })
}

// An outside Redis is used and never stopped. When it goes away by itself the room
// says so, and sessions are not moved to it while it does not answer.
func TestOutsideRedisIsNeverStopped(t *testing.T) {
	t.Parallel()
	const password = "not-for-the-log"
	orders := redisd.Config{Password: password}
	address, end := outsideRedis(t, orders)
	s := open(t, "--store=redis", "--redis=redis://:"+password+"@"+address)
	if store := s.store(); store.State != "outside" || store.Address != address {
		t.Errorf("%+v", store)
	}
	s.logIn()
	if a := s.call("POST", "/api/store/stop", ""); a.status != 409 || s.sessionMe().status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	end()
	s.until("the room knows", func() bool { return s.store().State == "away" })
	var page string
	s.until("the room tells it", func() bool {
		page = s.call("GET", "/servers", "").body
		return strings.Contains(page, "The Redis at "+address+" does not answer.")
	})
	if strings.Contains(page, "Start Redis") {
		t.Error("the page offers to mend it")
	}
	s.patch(`{"store":"memory"}`)
	if a := s.call("PATCH", "/api/settings", `{"store":"redis"}`); a.status != 409 || !strings.Contains(a.body, "does not answer") {
		t.Errorf("%d %s", a.status, a.body)
	}
	orders.Port, _ = strconv.Atoi(address[strings.LastIndexByte(address, ':')+1:])
	outsideRedis(t, orders)
	s.until("the room knows", func() bool {
		return s.store().Kind == "memory" && s.call("PATCH", "/api/settings", `{"store":"redis"}`).status == 200
	})
	s.until("the room knows", func() bool { return s.store().State == "outside" })
	s.logIn()
	if strings.Contains(s.Log.String(), password) {
		t.Error("a password is in the log")
	}
}

// outsideRedis is a Redis that no site has started.
func outsideRedis(t *testing.T, o redisd.Config) (address string, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	running, err := redisd.Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { running.Wait(ctx); close(ended) }()
	end = func() { cancel(); <-ended }
	t.Cleanup(end)
	return running.Address, end
}

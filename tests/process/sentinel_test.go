//go:build linux

package process

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/tests/sentinel"
)

// A leader that crashes takes along the session that it had acknowledged and not replicated, and
// no other. Until another one is elected, the session door and /readyz say 503, and the token
// door goes on; then all is back by itself, and the trace of the lost session tells what
// happened. It is so at servers without a front, and behind one.
func TestFailOverOfRedis(t *testing.T) {
	t.Parallel()
	redis := sentinel.StartSecured(t, 1)
	flags := []string{"--store=redis", "--redis=" + redis.URL()}
	alone := lone(t, filepath.Join(t.TempDir(), "t.db"), 2, flags...)
	front := open(t, append(flags, "--servers=2", "--balance=round-robin")...)
	sites := append(alone, front)
	for _, s := range sites {
		s.logIn()
		for range 2 { // as many as a front has servers: one that never asked Redis notices no change
			if a := s.sessionMe(); a.status != 200 {
				t.Fatalf("%d %s", a.status, a.body)
			}
		}
	}
	redis.Replicated(t)
	redis.Cut(t)
	var lost []*visit
	for _, s := range sites {
		other := visiting(t, s.Site)
		other.logIn()
		lost = append(lost, other)
	}
	redis.DoNotElect(t)
	redis.Leader().Kill()
	for _, s := range sites {
		s.withoutLeader()
	}
	redis.Elect(t)
	for _, s := range sites {
		s.untilElected()
	}
	moved := *lost[0]
	moved.Site = alone[1].Site
	for _, s := range append(lost, &moved) {
		s.expectLost()
	}
	for _, s := range sites {
		s.logIn()
		if a := s.sessionMe(); a.status != 200 {
			t.Errorf("after a new login: %d %s", a.status, a.body)
		}
	}
	front.expectNoSecrets()
}

// withoutLeader expects what a site answers while its Redis has no leader.
func (s *visit) withoutLeader() {
	s.t.Helper()
	for range 4 {
		s.mayBe(503)
	}
	s.becomes(503, "Redis does not answer")
	if a := s.call("POST", "/api/session/login", ada); a.status != 503 {
		s.t.Errorf("login: %d %s", a.status, a.body)
	}
}

// mayBe calls through both doors. The session door is as it may be, and soon; the token door is
// open.
func (s *visit) mayBe(session ...int) (status int) {
	s.t.Helper()
	began := time.Now()
	a := s.sessionMe()
	took := time.Since(began)
	if !slices.Contains(session, a.status) || took > 2*time.Second {
		s.t.Errorf("the session door: %d %s after %v", a.status, a.body, took)
	}
	if a.status == 503 && !strings.Contains(a.body, "The sessions cannot be read right now.") {
		s.t.Error(a.body)
	}
	if a := s.tokenMe(); a.status != 200 {
		s.t.Errorf("the token door: %d %s", a.status, a.body)
	}
	return a.status
}

// untilElected waits until the session that was replicated is found again.
func (s *visit) untilElected() {
	s.t.Helper()
	s.until("the session is found again", func() bool { return s.mayBe(503, 200) == 200 })
	s.becomes(200, "ready")
}

// expectLost expects that a session is unknown, and that its trace says why.
func (s *visit) expectLost() {
	s.t.Helper()
	a := s.sessionMe()
	if a.status != 401 {
		s.t.Fatalf("the session that was not replicated: %d %s", a.status, a.body)
	}
	var told struct {
		Steps []struct {
			Name, Why, Saw string
			Facts          struct {
				LeaderChanged time.Duration `json:"leader_changed_ns"`
			}
		}
	}
	s.call("GET", "/api/traces/"+a.header.Get("Trace-Id"), "").into(s.t, &told)
	step := told.Steps[len(told.Steps)-1]
	if step.Name != "session.find" || step.Why != "session.unknown" || step.Facts.LeaderChanged <= 0 || step.Facts.LeaderChanged > time.Minute ||
		!strings.HasPrefix(step.Saw, "Redis: no such session: the store changed its leader ") || !strings.HasSuffix(step.Saw, " ago, and what was not replicated is lost") {
		s.t.Errorf("%+v", step)
	}
}

// expectNoSecrets expects that a front says where its Redis is, and not by which passwords.
func (s *visit) expectNoSecrets() {
	s.t.Helper()
	s.until("the Redis works again", func() bool { return s.store().State == "outside" })
	if address := s.store().Address; !strings.HasPrefix(address, sentinel.Name+" (Sentinel 127.0.0.1:") || strings.ContainsAny(address, "@?") {
		s.t.Errorf("Redis is at %s", address)
	}
	seen := s.call("GET", "/servers", "").body + s.call("GET", "/api/servers", "").body + s.Log.String()
	if strings.Contains(seen, sentinel.Password) || strings.Contains(seen, sentinel.SentinelPassword) || !strings.Contains(seen, "does not answer. The log says why.") {
		s.t.Error("a password is told, or not that Redis was away")
	}
}

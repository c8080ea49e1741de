package process

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"twodoors/tests/cluster"
)

// shared are the databases that servers without a front can share.
var shared = map[string]func(t *testing.T) string{
	"SQLite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "t.db") },
	"PostgreSQL": func(t *testing.T) string { return cluster.Shared(t).Database(t) },
}

const spoken = "--passcode=open sesame"

// lecturer enters the passcode at a server that runs alone.
func (s *visit) lecturer() *visit {
	s.t.Helper()
	form := url.Values{"passcode": {"open sesame"}}.Encode()
	if a := s.call("POST", "/servers/passcode", form, "Content-Type", "application/x-www-form-urlencoded"); a.status != 204 {
		s.t.Fatalf("passcode: %d %s", a.status, a.body)
	}
	return s
}

// header is the decoded header of its token.
func (s *visit) header() string {
	s.t.Helper()
	encoded, _, _ := strings.Cut(s.token, ".")
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		s.t.Error(err)
	}
	return string(text)
}

type rotated struct {
	KeyID       string `json:"kid"`
	Invalidated int
	Missing     []string
}

// mayEnter expects an answer to its token at each of the servers.
func (s *visit) mayEnter(what string, status int, servers ...*visit) {
	s.t.Helper()
	for i, server := range servers {
		if a := s.at(server).tokenMe(); a.status != status {
			s.t.Errorf("%s, at server %d: %d %s", what, i+1, a.status, a.body)
		}
	}
}

// What one server changes, all go by when it has answered: the algorithm, a new key, and that the older ones are retired.
func TestServersWithoutAFrontAgree(t *testing.T) {
	t.Parallel()
	for name, place := range shared {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servers := lone(t, place(t), 3, spoken)
			for _, s := range servers {
				s.logIn()
			}
			first := servers[1].lecturer()
			if a := first.call("PATCH", "/api/settings", `{"alg":"ES256","access_lifetime":"7m"}`); a.status != 200 ||
				!strings.Contains(a.body, `"alg":"ES256"`) || !strings.Contains(a.body, `"missing":[]`) {
				t.Fatalf("%d %s", a.status, a.body)
			}
			for _, s := range servers {
				s.mayEnter("the token of before", 200, servers[0])
				s.logIn()
				s.mayEnter("a new one", 200, servers...)
				if header := s.header(); !strings.Contains(header, "ES256") {
					t.Errorf("a server still signs by %s", header)
				}
			}
			var outcome rotated
			first.call("POST", "/api/keys/rotate", `{"retire":true}`).into(t, &outcome)
			if outcome.KeyID == "" || outcome.Invalidated != 6 || len(outcome.Missing) != 0 {
				t.Errorf("%+v", outcome)
			}
			for _, s := range servers {
				s.mayEnter("a token of a retired key", 401, servers...)
				s.logIn()
				s.mayEnter("a token of the new key", 200, servers...)
				if !strings.Contains(s.header(), outcome.KeyID) {
					t.Errorf("a server signs by %s, not by %s", s.header(), outcome.KeyID)
				}
			}
		})
	}
}

// Changes of different settings at different servers at the same moment all happen: whoever comes second reads again.
func TestChangesAtOnceAllHappen(t *testing.T) {
	t.Parallel()
	servers := lone(t, cluster.Shared(t).Database(t), 2, spoken)
	for _, s := range servers {
		s.lecturer()
	}
	for round := range 5 {
		idle, life := fmt.Sprint(20+round, "m0s"), fmt.Sprint(5+round, "m0s")
		var changing sync.WaitGroup
		for i, body := range []string{`{"session_idle":"` + idle + `"}`, `{"access_lifetime":"` + life + `"}`} {
			changing.Go(func() {
				if a, err := servers[i].try("PATCH", "/api/settings", body); err != nil || a.status != 200 {
					t.Errorf("%s: %d %s %v", body, a.status, a.body, err)
				}
			})
		}
		changing.Wait()
		if a := servers[0].call("PATCH", "/api/settings", `{}`); !strings.Contains(a.body, idle) || !strings.Contains(a.body, life) {
			t.Errorf("%s and %s: %s", idle, life, a.body)
		}
	}
}

// Flags settle a new database. A later flag that says something else is refused, and one that nobody chose goes by it.
func TestFlagsSettleANewDatabase(t *testing.T) {
	t.Parallel()
	for name, place := range shared {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := place(t)
			openOn(t, db, "server", "--alg=EdDSA", "--session-idle=7m")
			for _, test := range []struct{ flag, says string }{
				{"--alg=HS256", "--alg HS256 is not what the servers of this site have agreed on, which is EdDSA"},
				{"--session-idle=20m", "--session-idle 20m0s is not"},
				{"--revocation=on", "--revocation on is not"},
			} {
				if out, status := run(t, "server", "--listen=localhost:0", "--db="+db, test.flag); status != 2 || !strings.Contains(out, test.says) || strings.Count(out, "\n") != 1 {
					t.Errorf("%s: status %d: %s", test.flag, status, out)
				}
			}
			for _, arguments := range [][]string{{}, {"--alg=EdDSA", "--session-idle=7m"}} {
				s := openOn(t, db, append([]string{"server"}, arguments...)...)
				s.logIn()
				if header := s.header(); !strings.Contains(header, "EdDSA") {
					t.Errorf("%v: %s", arguments, header)
				}
			}
		})
	}
}

// Without a passcode there is nobody who may, and nothing is routed. With one, whoever has not entered it may not either.
func TestNobodyChangesAServerWithoutItsPasscode(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "t.db")
	without, with := openOn(t, db, "server"), openOn(t, db, "server", spoken)
	for _, request := range [][3]string{{"PATCH", "/api/settings", `{"alg":"ES256"}`}, {"POST", "/api/keys/rotate", `{"retire":true}`}} {
		if a := without.call(request[0], request[1], request[2]); a.status != 404 {
			t.Errorf("%s without a passcode: %d %s", request[1], a.status, a.body)
		}
		if a := with.call(request[0], request[1], request[2]); a.status != 403 {
			t.Errorf("%s: %d %s", request[1], a.status, a.body)
		}
	}
	with.lecturer()
	for _, test := range []struct {
		body   string
		status int
		says   string
	}{
		{`{"alg":"none"}`, 422, "alg must be"}, {`{"servers":3}`, 400, "servers"}, {`{"store":"redis"}`, 422, "store must be"},
		{`{"store":"postgres"}`, 422, "store must be"}, {`{"alg":`, 400, ""}, {`[]`, 400, ""}, {`{"store":"sqlite"}`, 200, `"store":"database"`},
	} {
		if a := with.call("PATCH", "/api/settings", test.body); a.status != test.status || !strings.Contains(a.body, test.says) {
			t.Errorf("%s: %d %s", test.body, a.status, a.body)
		}
	}
	if a := with.call("PATCH", "/api/settings", `{"keys":"per-server"}`); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := with.call("POST", "/api/keys/rotate", `{}`); a.status != 409 {
		t.Errorf("keys per server: %d %s", a.status, a.body)
	}
	if out, status := run(t, "server", "--db="+db, "--passcode=short"); status != 2 || !strings.Contains(out, "--passcode") {
		t.Errorf("%d %s", status, out)
	}
}

// A server that cannot know whether a key was retired refuses its tokens after a while, and says so; the trace shows the
// step. With 0 it goes on.
func TestKeysThatNobodyCanConfirm(t *testing.T) {
	t.Parallel()
	postgres, err := cluster.New()
	if err != nil {
		t.Fatal(err)
	}
	db := postgres.Database(t)
	strict, lenient := openOn(t, db, "server", "--keys-fresh=5s"), openOn(t, db, "server", "--number=2", "--keys-fresh=0")
	for _, s := range []*visit{strict, lenient} {
		s.logIn()
	}
	if err := postgres.Stop(); err != nil {
		t.Fatal(err)
	}
	if a := strict.tokenMe(); a.status != 200 {
		t.Errorf("at first: %d %s", a.status, a.body)
	}
	strict.until("it refuses", func() bool { return strict.tokenMe().status == 503 })
	a := strict.tokenMe()
	if told := strict.trace(a); a.header.Get("Retry-After") == "" || told.Reason != "keys.fresh" || told.Outcome != "failed" {
		t.Errorf("%d %s, %+v", a.status, a.body, told)
	}
	if a := lenient.tokenMe(); a.status != 200 {
		t.Errorf("with 0: %d %s", a.status, a.body)
	}
	if err := postgres.Start(); err != nil {
		t.Fatal(err)
	}
	strict.until("it lets in again", func() bool { return strict.tokenMe().status == 200 })
	for _, flag := range []string{"--keys-fresh=1s", "--keys-fresh=-5s"} {
		if out, status := run(t, "server", "--db="+db, flag); status != 2 || !strings.Contains(out, "--keys-fresh must be 0 or at least 5s") {
			t.Errorf("%s: %d %s", flag, status, out)
		}
	}
}

// A PostgreSQL has one front. When that one was killed, the next begins at once. Servers beside a front that change a
// key change it for the front's servers too, and the other way round.
func TestFrontSharesAPostgreSQLWithServers(t *testing.T) {
	t.Parallel()
	db := cluster.Shared(t).Database(t)
	front := openOn(t, db, "serve", "--servers=2", "--balance=round-robin")
	if out, status := run(t, "serve", "--listen=localhost:0", "--db="+db); status != 1 || !strings.Contains(out, "another front uses the PostgreSQL database") {
		t.Errorf("a second front: %d %s", status, out)
	}
	alone := openOn(t, db, "server", spoken).lecturer()
	front.logIn()
	if a := front.at(alone).tokenMe(); a.status != 200 {
		t.Errorf("a token of the front at a server beside it: %d %s", a.status, a.body)
	}
	var outcome rotated
	alone.call("POST", "/api/keys/rotate", `{"retire":true}`).into(t, &outcome)
	if len(outcome.Missing) != 0 {
		t.Errorf("%+v", outcome)
	}
	for range 4 {
		if a := front.tokenMe(); a.status != 401 {
			t.Errorf("a retired key at the front's servers: %d %s", a.status, a.body)
		}
	}
	alone.logIn()
	front.call("POST", "/api/keys/rotate", `{"retire":true}`).into(t, &outcome)
	alone.until("it follows the front", func() bool { return alone.tokenMe().status == 401 })

	front.Cmd.Process.Kill()
	front.Ended(t)
	openOn(t, db, "serve")
}

// Before its door closes a server says for a while that it is not ready, and answers all the same.
func TestServerDrainsBeforeItEnds(t *testing.T) {
	t.Parallel()
	s := open(t, "server")
	s.logIn()
	if err := s.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.until("not ready", func() bool { return s.call("GET", "/readyz", "").status == 503 })
	if a := s.sessionMe(); a.status != 200 {
		t.Errorf("while draining: %d %s", a.status, a.body)
	}
	if err := s.Ended(t); err != nil {
		t.Error(err)
	}
	if s.Cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("%s", fmt.Sprint(s.Cmd.ProcessState))
	}
}

//go:build unix

package process

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// pids are the processes of the servers, by number.
func (s *visit) pids() map[int]int {
	pids := map[int]int{}
	for _, server := range s.servers() {
		pids[server.Number] = server.PID
	}
	return pids
}

// settings are what the site goes by, as text.
func (s *visit) settings() string {
	var v struct{ Settings json.RawMessage }
	s.call("GET", "/api/servers", "").into(s.t, &v)
	return string(v.Settings)
}

// signs asks every server in turn for a token, and returns the keys that signed and the
// lifetimes that the servers go by. The site takes turns.
func (s *visit) signs() (keys, lifetimes []string) {
	s.t.Helper()
	keyed, lived := map[string]bool{}, map[string]bool{}
	for range s.servers() {
		a := s.call("POST", "/api/token/login", ada)
		var issued struct {
			AccessToken string `json:"access_token"`
			ExpiresIn   int    `json:"expires_in"`
		}
		if a.into(s.t, &issued); a.status != 200 {
			s.t.Fatalf("%d %s", a.status, a.body)
		}
		header, _, _ := strings.Cut(issued.AccessToken, ".")
		keyed[header], lived[fmt.Sprint(issued.ExpiresIn)] = true, true
	}
	return slices.Sorted(maps.Keys(keyed)), slices.Sorted(maps.Keys(lived))
}

// refusedWhole checks that something was refused in one sentence, and that everything is
// as before.
func (s *visit) refusedWhole(method, path, body, says string) {
	s.t.Helper()
	settings, pids := s.settings(), s.pids()
	a := s.call(method, path, body)
	var problem struct{ Detail string }
	a.into(s.t, &problem)
	if a.status != 503 || a.header.Get("Retry-After") == "" || !strings.HasPrefix(problem.Detail, "Nothing was changed: ") || !strings.Contains(problem.Detail, says) {
		s.t.Errorf("%s %s %s: %d %v %s", method, path, body, a.status, a.header, a.body)
	}
	if now := s.settings(); now != settings {
		s.t.Errorf("%s %s %s: before %s, now %s", method, path, body, settings, now)
	}
	if now := s.pids(); !maps.Equal(now, pids) {
		s.t.Errorf("%s %s %s: the servers were %v and are %v", method, path, body, pids, now)
	}
}

const held = "another program holds its write lock"

// While another program holds the database's write lock, what needs no writing changes at
// once, and what does is refused: nobody is killed, and no setting or key is another.
func TestSettingsChangeWhileTheDatabaseIsLocked(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--balance=round-robin")
	s.logIn()
	keys, _ := s.signs()
	pids := s.pids()
	release := lock(t, s.DB)
	s.patch(`{"access_lifetime":"1m","revocation":"on"}`)
	s.patch(`{"keys":"per-server"}`)
	s.patch(`{"keys":"shared"}`)
	s.refusedWhole("PATCH", "/api/settings", `{"alg":"ES256","access_lifetime":"2m"}`, held)
	s.refusedWhole("POST", "/api/keys/rotate", `{"retire":true}`, held)
	s.refusedWhole("POST", "/api/keys/rotate", "", held)
	if now := s.pids(); !maps.Equal(now, pids) {
		t.Errorf("the servers were %v and are %v", pids, now)
	}
	release()
	if now, lives := s.signs(); !slices.Equal(now, keys) || !slices.Equal(lives, []string{"60"}) || s.tokenMe().status != 200 {
		t.Errorf("signed by %q and then %q, for %q", keys, now, lives)
	}
	s.patch(`{"alg":"ES256"}`)
	if now, _ := s.signs(); len(now) != 1 || slices.Equal(now, keys) {
		t.Errorf("after the lock: signed by %q", now)
	}
}

// With a key for each server, retiring the shared ones is refused while it cannot be
// written, and no server changes its own.
func TestKeysPerServerStayWhileTheDatabaseIsLocked(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--balance=round-robin", "--alg=EdDSA")
	s.logIn()
	s.patch(`{"keys":"per-server"}`)
	keys, _ := s.signs()
	release := lock(t, s.DB)
	s.refusedWhole("POST", "/api/keys/rotate", `{"retire":true}`, held)
	release()
	if now, _ := s.signs(); !slices.Equal(now, keys) || len(now) != 2 {
		t.Errorf("signed by %q and then %q", keys, now)
	}
	if a := s.call("POST", "/api/keys/rotate", `{"retire":true}`); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if now, _ := s.signs(); s.tokenMe().status != 401 || slices.ContainsFunc(now, func(key string) bool { return slices.Contains(keys, key) }) || len(now) != 2 {
		t.Errorf("signed by %q and then %q", keys, now)
	}
}

// A start writes nothing when there is nothing to write, so it needs no write lock: also
// not that of a server that crashed, and with all that somebody has chosen since.
func TestStartNeedsNoWriteLock(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2")
	s.logIn()
	s.patch(`{"alg":"ES256","access_lifetime":"1m"}`)
	release := lock(t, s.DB)
	if a := s.call("POST", "/api/servers/1/crash?wait=1", ""); a.status != 200 {
		t.Errorf("crash: %d %s", a.status, a.body)
	}
	if a := s.call("POST", "/api/servers", ""); a.status != 201 {
		t.Errorf("one more: %d %s", a.status, a.body)
	}
	if a := s.tokenMe(); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	other := openOn(t, s.DB)
	if a := other.bring(s.token); a.status != 200 {
		t.Errorf("at another start: %d %s", a.status, a.body)
	}
	alone := openOn(t, s.DB, "server")
	if a := alone.bring(s.token); a.status != 200 {
		t.Errorf("at a server alone: %d %s", a.status, a.body)
	}
	release()
}

// Every server has prepared, and then the change cannot be written: nobody goes by it,
// and a Redis that was brought for it is taken away again.
func TestChangeThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--balance=round-robin")
	s.logIn()
	keys, _ := s.signs()
	change(t, s.DB, "CREATE TRIGGER full BEFORE UPDATE ON signing_keys BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
	s.refusedWhole("POST", "/api/keys/rotate", `{"retire":true}`, "")
	s.refusedWhole("PATCH", "/api/settings", `{"store":"redis","alg":"EdDSA","balance":"sticky","servers":4}`, "")
	if left := s.children("redis"); len(left) != 0 {
		t.Errorf("%d Redis", len(left))
	}
	if a := s.call("GET", "/.well-known/jwks.json", ""); strings.Contains(a.body, "kid") {
		t.Errorf("a key that does not sign is published: %s", a.body)
	}
	if a := s.call("POST", "/api/servers/1/crash?wait=1", ""); a.status != 200 {
		t.Fatal(a.body)
	}
	if now, _ := s.signs(); !slices.Equal(now, keys) || s.tokenMe().status != 200 {
		t.Errorf("signed by %q and then %q", keys, now)
	}
	change(t, s.DB, "DROP TRIGGER full")
	s.patch(`{"store":"redis","alg":"EdDSA"}`)
	s.logIn()
	if s.sessionMe().status != 200 || s.tokenMe().status != 200 {
		t.Error("when it can be written")
	}
}

// K8: a key that cannot be used refuses a change, with its id and without a start of
// anything; retiring it makes it good.
func TestDamagedKeyRefusesAChange(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2")
	s.logIn()
	var id string
	if err := another(t, s.DB).QueryRow("SELECT kid FROM signing_keys").Scan(&id); err != nil {
		t.Fatal(err)
	}
	change(t, s.DB, "UPDATE signing_keys SET secret = x'00'")
	s.refusedWhole("PATCH", "/api/settings", `{"access_lifetime":"1m"}`, id)
	if a := s.tokenMe(); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := s.call("POST", "/api/keys/rotate", `{"retire":true}`); a.status != 200 || s.tokenMe().status != 401 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// killServers kills the first so many servers, as soon as so many requests have been answered.
func (s *visit) killServers(count, requests int) (killed chan struct{}) {
	s.t.Helper()
	pids, killed := s.pids(), make(chan struct{})
	go func() {
		defer close(killed)
		for range requests {
			s.try("GET", "/healthz", "")
		}
		for n := range count {
			kill(pids[n+1], syscall.SIGKILL)
		}
	}()
	return killed
}

// Servers are killed while settings and keys change: what was acknowledged is so on every
// server, and what was refused is as before.
func TestKilledWhileSettingsChange(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--balance=round-robin")
	algorithms := []string{"ES256", "EdDSA", "HS256"}
	alg, lifetime := "HS256", 300
	s.logIn()
	for round := range 6 {
		killed := s.killServers(1+round%3, round) // at another step each time
		old := s.token
		a := s.call("PATCH", "/api/settings", fmt.Sprintf(`{"alg":"%s","access_lifetime":"%ds"}`, algorithms[round%3], 60+round))
		switch {
		case a.status == 200:
			alg, lifetime = algorithms[round%3], 60+round
		case a.status != 503 || !strings.Contains(a.body, "Nothing was changed: ") && !strings.Contains(a.body, "its outcome is unknown"):
			t.Errorf("%d %s", a.status, a.body)
		}
		retired := s.call("POST", "/api/keys/rotate", `{"retire":true}`)
		<-killed
		s.allReady()
		keys, lives := s.signs()
		if len(keys) != 1 || !slices.Equal(lives, []string{fmt.Sprint(lifetime)}) || !strings.Contains(s.settings(), `"alg":"`+alg+`"`) {
			t.Errorf("round %d: %d keys, tokens live for %q and not %d, %s", round, len(keys), lives, lifetime, s.settings())
		}
		for range 3 {
			if got := s.bring(old).status; retired.status == 200 && got != 401 {
				t.Errorf("round %d: a retired key lets in: %d", round, got)
			}
		}
		s.token = s.issue().AccessToken
		for range 3 {
			if s.tokenMe().status != 200 {
				t.Errorf("round %d: the servers go by different keys", round)
			}
		}
	}
}

// Servers that are added or started again while settings change end up with those that
// were decided, and a rotation brings no setting of before back.
func TestServersThatStartWhileSettingsChange(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--balance=round-robin")
	var pressing sync.WaitGroup
	press := func(method, path, body string) {
		pressing.Go(func() {
			if a, err := s.try(method, path, body); err != nil || a.status >= 300 && a.status != 503 {
				t.Errorf("%s %s: %v %d %s", method, path, err, a.status, a.body)
			}
		})
	}
	for round := range 4 {
		press("POST", "/api/servers", "")
		press("POST", fmt.Sprintf("/api/servers/%d/crash", 1+round%2), "")
		press("POST", "/api/keys/rotate", `{"retire":true}`)
		press("POST", "/api/keys/rotate", "")
		lifetime := fmt.Sprint(60 + round)
		s.patch(`{"access_lifetime":"` + lifetime + `s","alg":"` + []string{"ES256", "HS256"}[round%2] + `"}`)
		pressing.Wait()
		s.allReady()
		if keys, lives := s.signs(); len(keys) != 1 || !slices.Equal(lives, []string{lifetime}) {
			t.Errorf("round %d: %d keys, tokens live for %q, %s", round, len(keys), lives, s.settings())
		}
	}
}

// A server that does not start is none: what was asked for besides is told, and so is that
// this one is not there.
func TestServerThatDoesNotStartIsTakenOut(t *testing.T) {
	t.Parallel()
	s := open(t)
	change(t, s.DB, "UPDATE secrets SET value = '' WHERE name = 'refresh'") // read at a start only
	const says = "server 2 did not start and was removed again; the log says why"
	s.refusedWhole("POST", "/api/servers", "", says)
	s.refusedWhole("PATCH", "/api/settings", `{"servers":3}`, says)
	a := s.call("PATCH", "/api/settings", `{"servers":2,"access_lifetime":"1m","balance":"round-robin"}`)
	if a.status != 503 || !strings.Contains(a.body, "Settings changed: access_lifetime 1m0s, balance round-robin. The rest was not changed: "+says) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if now := s.settings(); !strings.Contains(now, `"servers":1`) || !strings.Contains(now, `"balance":"round-robin"`) || !strings.Contains(now, `"access_lifetime":"1m0s"`) {
		t.Errorf("%s", now)
	}
}

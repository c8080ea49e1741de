package process

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

type tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}

func (s *visit) issue() (issued tokens) {
	s.t.Helper()
	a := s.call("POST", "/api/token/login", `{"username":"ada","password":"lovelace","refresh_in":"body"}`)
	if a.into(s.t, &issued); a.status != 200 {
		s.t.Fatalf("%d %s", a.status, a.body)
	}
	return issued
}

func (s *visit) refresh(text string) answer {
	return s.call("POST", "/api/token/refresh", `{"refresh_token":"`+text+`"}`)
}

func (s *visit) bring(text string) answer {
	return s.call("GET", "/api/token/me", "", "Authorization", "Bearer "+text)
}

// K6: when a rotation that retires has answered, no server takes an older token,
// and it says how many that threw out; tokens of before, when nothing is retired.
func TestRotationReachesEveryServer(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--balance=round-robin")
	text := s.issue().AccessToken
	s.issue()
	for _, retire := range []bool{false, true} {
		body, _ := json.Marshal(map[string]bool{"retire": retire})
		a := s.call("POST", "/api/keys/rotate", string(body))
		var done struct {
			KID         string
			Invalidated int
		}
		if a.into(t, &done); a.status != 200 || done.KID == "" || done.Invalidated != map[bool]int{true: 2}[retire] {
			t.Errorf("retire %t: %d %s", retire, a.status, a.body)
		}
		for range 6 {
			a := s.bring(text)
			if want := map[bool]int{false: 200, true: 401}[retire]; a.status != want {
				t.Errorf("retire %t: %d", retire, a.status)
			}
			if retire && s.trace(a).Reason != "key.select" {
				t.Errorf("reason %s", s.trace(a).Reason)
			}
		}
	}
	if a := s.call("POST", "/api/servers/2/crash?wait=1", ""); a.status != 200 {
		t.Fatal(a.body)
	}
	fresh := s.issue().AccessToken
	for range 6 {
		if s.bring(text).status != 401 || s.bring(fresh).status != 200 {
			t.Error("after a crash")
		}
	}
}

// Settings reach running servers at once and those that start later, lose nothing
// that they do not concern, and are refused as flags are.
func TestSettingsChangeWhileItRuns(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3")
	s.logIn()
	old := s.token
	for _, alg := range []string{"RS256", "ES256", "EdDSA"} {
		if a := s.call("PATCH", "/api/settings", `{"alg":"`+alg+`","access_lifetime":"1h"}`); a.status != 200 || !strings.Contains(a.body, `"alg":"`+alg+`"`) {
			t.Fatalf("%d %s", a.status, a.body)
		}
		text := s.issue().AccessToken
		for range 3 {
			if s.bring(text).status != 200 || s.bring(old).status != 200 || s.sessionMe().status != 200 {
				t.Errorf("%s: somebody was thrown out", alg)
			}
		}
		s.call("POST", "/api/servers/1/restart?wait=1", "")
		if s.bring(text).status != 200 {
			t.Errorf("%s: after a restart", alg)
		}
		s.logIn()
	}
	for body, status := range map[string]int{
		`{"alg":"none"}`: 422, `{"access_lifetime":"0s"}`: 422, `{"refresh_lifetime":"-1s"}`: 422, `{"refresh_grace":"2m"}`: 422, `{"revocation":"maybe"}`: 422, `{"keys":""}`: 422,
		`{"alg":7}`: 400, `{"colour":"red"}`: 400, `[]`: 400, `{"access_lifetime":5}`: 400, `{"alg":"ES256","alg":"HS256"}`: 400,
	} {
		if a := s.call("PATCH", "/api/settings", body); a.status != status {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
}

// With keys per server a restart or another server refuses a token.
func TestKeysPerServerEndWithIt(t *testing.T) {
	t.Parallel()
	s := open(t, "--keys=per-server", "--alg=EdDSA", "--servers=2", "--balance=round-robin")
	text := s.issue().AccessToken
	counts := map[int]int{}
	for range 8 {
		counts[s.bring(text).status]++
	}
	if counts[200] != 4 || counts[401] != 4 {
		t.Errorf("%v", counts)
	}
	s.call("POST", "/api/servers/1/restart?wait=1", "")
	s.call("POST", "/api/servers/2/restart?wait=1", "")
	for range 2 {
		if a := s.bring(text); a.status != 401 || s.trace(a).Reason != "key.select" {
			t.Errorf("after a restart: %d", a.status)
		}
	}
}

// R4: 50 uses at once over three servers give one successor.
func TestRefreshingAtOnceOverThreeServers(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--balance=round-robin")
	first := s.issue().RefreshToken
	var mu sync.Mutex
	var using sync.WaitGroup
	given := map[string]int{}
	for range 50 {
		using.Go(func() {
			a, err := s.try("POST", "/api/token/refresh", `{"refresh_token":"`+first+`"}`)
			var issued tokens
			if err == nil {
				err = json.Unmarshal([]byte(a.body), &issued)
			}
			if err != nil || a.status != 200 {
				t.Errorf("%d %s %v", a.status, a.body, err)
			}
			mu.Lock()
			defer mu.Unlock()
			given[issued.RefreshToken]++
		})
	}
	using.Wait()
	if len(given) != 1 {
		t.Errorf("%d successors", len(given))
	}
}

// R5: a server killed while it refreshes leaves the old token good or its successor
// good, and never neither: nothing that was acknowledged is lost.
func TestKilledWhileRefreshing(t *testing.T) {
	t.Parallel()
	s := open(t)
	current := s.issue().RefreshToken
	for i := range 6 {
		killed := make(chan struct{})
		pid := s.servers()[0].PID
		go func() {
			defer close(killed)
			kill(pid, syscall.SIGKILL)
		}()
		if a, err := s.try("POST", "/api/token/refresh", `{"refresh_token":"`+current+`"}`); err == nil && a.status == 200 {
			var issued tokens
			a.into(t, &issued)
			current = issued.RefreshToken
		}
		<-killed
		s.until("it serves again", func() bool { now := s.servers()[0]; return now.PID != pid && now.State == "ready" })
		var issued tokens
		a := s.refresh(current)
		if a.into(t, &issued); a.status != 200 {
			t.Fatalf("round %d: %d %s", i, a.status, a.body)
		}
		current = issued.RefreshToken
	}
}

// K5: a foreign library verifies our tokens by the key set alone.
func TestForeignLibraryVerifiesOurTokens(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is missing; ./test installs it")
	}
	s := open(t)
	for _, alg := range []string{"RS256", "ES256", "EdDSA"} {
		if a := s.call("PATCH", "/api/settings", `{"alg":"`+alg+`"}`); a.status != 200 {
			t.Fatal(a.body)
		}
		text := s.issue().AccessToken
		script, err := filepath.Abs("../tools/verify.mjs")
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(node, script, s.URL+"/.well-known/jwks.json", issuerOf(t, text), text).CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != alg+" ada" {
			t.Errorf("%s: %v %s", alg, err, out)
		}
		forged := text[:len(text)-10] + "A" + text[len(text)-9:]
		if out, err := exec.Command(node, script, s.URL+"/.well-known/jwks.json", issuerOf(t, text), forged).CombinedOutput(); err == nil && forged != text {
			t.Errorf("%s, forged: %s", alg, out)
		}
	}
}

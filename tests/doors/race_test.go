package doors

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A1: somebody logs in at both doors with the old password, in loops, while the account
// changes it. Once the change is acknowledged nothing that they got is good for more
// than the rest of an access token: no family refreshes, no session opens anything.
func TestLoginsDoNotOutliveAPasswordChange(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie, _, _ := v.enter()
		before := "quiet evening"
		var stale atomic.Int64 // logins that were refused because the account had changed
		for round := range 4 {
			after := fmt.Sprintf("evening number %d", round)
			changed := make(chan struct{})
			held := &held{}
			var guessing sync.WaitGroup
			for i := range 4 {
				stranger, door := v.newSeat(), []string{"token", "session"}[i%2]
				guessing.Go(func() { stale.Add(held.logIn(stranger, door, before, changed)) })
			}
			a := v.call("POST", passwords, newPassword(before, after), "Cookie", cookie)
			close(changed)
			if a.StatusCode != 204 {
				t.Fatalf("round %d: %d %s", round, a.StatusCode, a.body)
			}
			guessing.Wait()
			held.expectWorthless(v)
			for _, sent := range a.Cookies() {
				cookie = "session=" + sent.Value
			}
			if a := v.call("GET", me, "", "Cookie", cookie); a.StatusCode != 200 {
				t.Errorf("round %d, who changed it: %d %s", round, a.StatusCode, a.body)
			}
			before = after
		}
		t.Logf("%d logins noticed the change", stale.Load())
	})
}

// held is what somebody with the old password got.
type held struct {
	mu                 sync.Mutex
	refreshes, cookies []string
}

// logIn logs in again and again until the password was changed, and once more. It
// returns how many logins noticed that the account had changed.
func (h *held) logIn(v *visit, door, password string, changed <-chan struct{}) (stale int64) {
	body := credentials("bob", password)
	noticed := "session.create"
	if door == "token" {
		body, noticed = strings.TrimSuffix(body, "}")+`,"refresh_in":"body"}`, "refresh.create"
	}
	for range 8 {
		a := v.call("POST", "/api/"+door+"/login", body)
		switch {
		case a.StatusCode == 200:
			h.keep(v, a)
		case a.StatusCode == 401 && strings.Contains(a.body, "changed while you were logging in"):
			v.refused("a login that lost the race", a, 401, noticed)
			if len(a.Cookies()) != 0 || strings.Contains(a.body, "token\"") || a.Header.Get("Authorization") != "" {
				v.t.Errorf("%s: something is delivered all the same: %v %s", door, a.Header, a.body)
			}
			stale++
		case a.StatusCode != 401 && a.StatusCode != 503:
			v.t.Errorf("%s: %d %s", door, a.StatusCode, a.body)
		}
		select {
		case <-changed:
			return stale
		default:
		}
	}
	<-changed
	return stale
}

func (h *held) keep(v *visit, a answer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var issued struct {
		RefreshToken string `json:"refresh_token"`
	}
	if err := json.Unmarshal([]byte(a.body), &issued); err != nil {
		v.t.Error(err)
	}
	if issued.RefreshToken != "" {
		h.refreshes = append(h.refreshes, issued.RefreshToken)
	}
	for _, sent := range a.Cookies() {
		h.cookies = append(h.cookies, "session="+sent.Value)
	}
}

func (h *held) expectWorthless(v *visit) {
	v.t.Helper()
	for _, text := range h.refreshes {
		if a := v.call("POST", refreshing, `{"refresh_token":"`+text+`"}`); a.StatusCode != 401 {
			v.t.Errorf("one of %d families of before refreshes: %d %s", len(h.refreshes), a.StatusCode, a.body)
		}
	}
	for _, cookie := range h.cookies {
		if a := v.call("GET", me, "", "Cookie", cookie); a.StatusCode != 401 {
			v.t.Errorf("one of %d sessions of before opens the door: %d", len(h.cookies), a.StatusCode)
		}
	}
}

package process

import (
	"net/url"
	"testing"
)

// C5: who logs out while sessions are kept elsewhere is not let in again when the
// store is changed back; an algorithm, a lifetime or a way of keeping keys that was
// chosen meanwhile lets nobody in who was not.
func TestChangesLetNobodyBackIn(t *testing.T) {
	t.Parallel()
	s := open(t, "--store=memory")
	for _, other := range []string{"sqlite", "redis"} {
		s.patch(`{"store":"memory"}`)
		s.logIn()
		session := "session=" + s.cookie("session")
		s.patch(`{"store":"` + other + `"}`)
		if a := s.call("POST", "/api/session/logout", ""); a.status != 204 {
			t.Fatalf("logout: %d %s", a.status, a.body)
		}
		s.patch(`{"store":"memory"}`)
		if a := s.call("GET", "/api/session/me", "", "Cookie", session); a.status != 401 {
			t.Errorf("by way of %s: %d %s", other, a.status, a.body)
		}
	}
	s.logIn()
	for _, change := range []string{`{"alg":"ES256"}`, `{"keys":"per-server"}`, `{"access_lifetime":"1h"}`, `{"keys":"shared","alg":"HS256"}`} {
		forged := s.token[:len(s.token)-4] + "AAAA"
		s.patch(change)
		if a := s.call("GET", "/api/token/me", "", "Authorization", "Bearer "+forged); a.status != 401 {
			t.Errorf("%s: a forged token gets %d", change, a.status)
		}
	}
	s.patch(`{"revocation":"on"}`)
	s.logIn()
	if a := s.call("POST", "/api/token/logout", "", "Authorization", "Bearer "+s.token); a.status != 204 {
		t.Fatalf("logout: %d %s", a.status, a.body)
	}
	s.patch(`{"access_lifetime":"2h","alg":"RS256"}`)
	if a := s.tokenMe(); a.status != 401 {
		t.Errorf("a revoked token gets %d", a.status)
	}
	s.call("POST", "/api/keys/rotate", `{"retire":true}`)
	s.patch(`{"revocation":"off","alg":"HS256"}`)
	if a := s.tokenMe(); a.status != 401 {
		t.Errorf("a token of a retired key gets %d", a.status)
	}
}

// cookie is the value of a cookie that the site has set.
func (s *visit) cookie(name string) string {
	s.t.Helper()
	address, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range s.client.Jar.Cookies(address) {
		if c.Name == name {
			return c.Value
		}
	}
	s.t.Fatal("there is no cookie " + name)
	return ""
}

package doors

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"twodoors/tests/server"
	"twodoors/web/token"
)

const refreshing = "/api/token/refresh"

// issue logs ada in at the token door, and returns what came in the body and the
// cookie with the refresh token.
func (v *visit) issue(body string) (issued struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}, cookie *http.Cookie) {
	v.t.Helper()
	a := v.call("POST", "/api/token/login", body)
	if err := json.Unmarshal([]byte(a.body), &issued); err != nil || a.StatusCode != 200 {
		v.t.Fatalf("login: %d %s", a.StatusCode, a.body)
	}
	for _, set := range a.Cookies() {
		cookie = set
	}
	return issued, cookie
}

const adaInBody = `{"username":"ada","password":"lovelace","refresh_in":"body"}`

// R9, R1: the refresh token is out of a script's reach, goes to the token API only,
// and comes back where it came from.
func TestRefreshTokenInACookie(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	issued, cookie := v.issue(ada)
	if issued.RefreshToken != "" || cookie == nil {
		t.Fatalf("%+v %+v", issued, cookie)
	}
	if cookie.Name != "refresh" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode ||
		cookie.Path != "/api/token" || cookie.Domain != "" || cookie.MaxAge != int(server.Refresh.Seconds()) {
		t.Errorf("%+v", cookie)
	}
	a := v.call("POST", refreshing, "", "Cookie", "refresh="+cookie.Value)
	if a.StatusCode != 200 || strings.Contains(a.body, "refresh_token") || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %s", a.StatusCode, a.Header, a.body)
	}
	if set := a.Cookies(); len(set) != 1 || set[0].Value == cookie.Value {
		t.Errorf("the next: %v", set)
	}
}

// R9: who asks for the refresh token in the body has it in no cookie, and refreshes with it there.
func TestRefreshTokenInTheBody(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	issued, cookie := v.issue(adaInBody)
	if issued.RefreshToken == "" || cookie != nil {
		t.Fatalf("%+v %+v", issued, cookie)
	}
	a := v.call("POST", refreshing, `{"refresh_token":"`+issued.RefreshToken+`"}`)
	if a.StatusCode != 200 || len(a.Cookies()) != 0 || !strings.Contains(a.body, "refresh_token") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	a = v.call("POST", refreshing, `{"refresh_token":"`+issued.RefreshToken+`","deliver":"header"}`)
	if a.StatusCode != 200 || !strings.HasPrefix(a.Header.Get("Authorization"), "Bearer ey") || strings.Contains(a.body, "access_token") {
		t.Errorf("into the header: %d %s", a.StatusCode, a.body)
	}
}

// R3, R9, I2: each refusal has its step in the trace and one same answer, and no
// refresh token stands whole in a trace.
func TestRefusedRefreshing(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	issued, _ := v.issue(adaInBody)
	spent := `{"refresh_token":"` + issued.RefreshToken + `"}`
	if a := v.call("POST", refreshing, spent); a.StatusCode != 200 {
		t.Fatal(a.body)
	}
	v.Clock.Advance(token.Grace)
	v.refused("spent", v.call("POST", refreshing, spent), 401, "family.revoke")
	v.refused("of an ended family", v.call("POST", refreshing, spent), 401, "refresh.find")
	v.refused("an access token", v.call("POST", refreshing, `{"refresh_token":"`+issued.AccessToken+`"}`), 401, "refresh.find")
	v.refused("none", v.call("POST", refreshing, ""), 401, "refresh.find")
	two := v.call("POST", refreshing, "", "Cookie", "refresh=a; refresh=b")
	v.refused("two cookies", two, 401, "refresh.find")
	if !strings.Contains(two.body, "two cookies named refresh") {
		t.Error(two.body)
	}
	v.refused("not JSON", v.call("POST", refreshing, "{"), 400, "refresh.find")
	v.refused("of the wrong type", v.call("POST", refreshing, `{"refresh_token":7}`), 400, "refresh.find")
	v.refused("unknown delivery", v.call("POST", refreshing, `{"deliver":"url"}`), 400, "refresh.find")
	v.refused("a refresh token as access token", v.bring(issued.RefreshToken), 401, "token.decode")
	if list := v.call("GET", "/api/traces", "").body; strings.Contains(list, issued.RefreshToken) {
		t.Error("a trace holds the refresh token")
	}
}

// R8: logging out ends the family and takes the cookie away, also when the access
// token has expired; a disabled account cannot refresh.
func TestLogoutEndsTheFamily(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	_, cookie := v.issue(ada)
	v.Clock.Advance(server.Access)
	a := v.call("POST", "/api/token/logout", "", "Cookie", "refresh="+cookie.Value)
	if a.StatusCode != 204 || len(a.Cookies()) != 1 || a.Cookies()[0].MaxAge >= 0 || a.Cookies()[0].Path != "/api/token" {
		t.Errorf("%d %s %v", a.StatusCode, a.body, a.Cookies())
	}
	v.refused("after logging out", v.call("POST", refreshing, "", "Cookie", "refresh="+cookie.Value), 401, "refresh.find")

	_, cookie = v.issue(ada)
	change(t, v, "UPDATE users SET disabled = 1 WHERE folded = 'ada'")
	v.refused("disabled", v.call("POST", refreshing, "", "Cookie", "refresh="+cookie.Value), 401, "family.revoke")
	change(t, v, "UPDATE users SET disabled = 0 WHERE folded = 'ada'")
	v.refused("enabled again", v.call("POST", refreshing, "", "Cookie", "refresh="+cookie.Value), 401, "refresh.find")
}

// T15: with revocation on, logging out ends the access token at once; with it off,
// the token stays valid.
func TestLogoutAndTheAccessToken(t *testing.T) {
	t.Parallel()
	for _, revocation := range []bool{false, true} {
		v := open(t, "memory")
		rules := *v.Token.Rules()
		rules.Revocation = revocation
		v.Token.Adopt(rules)
		text, other := v.token(), v.token()
		if a := v.call("POST", "/api/token/logout", "", "Authorization", "Bearer "+text); a.StatusCode != 204 {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
		after := v.bring(text)
		if revocation {
			v.refused("after logging out", after, 401, "revocation.check")
			if !strings.Contains(after.Header.Get("WWW-Authenticate"), `error="invalid_token"`) {
				t.Error(after.Header)
			}
		} else if after.StatusCode != 200 {
			t.Errorf("with revocation off: %d", after.StatusCode)
		}
		if a := v.bring(other); a.StatusCode != 200 {
			t.Errorf("another token, revocation %t: %d", revocation, a.StatusCode)
		}
		if revocation {
			v.DB.Close()
			v.refused("without the list", v.bring(other), 503, "revocation.check")
		}
	}
}

// K3: the key set can be kept for a minute and asked for again by its tag.
func TestKeySetCaching(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	a := v.call("GET", "/.well-known/jwks.json", "")
	if a.StatusCode != 200 || a.body != `{"keys":[]}` {
		t.Errorf("with HS256: %d %s", a.StatusCode, a.body)
	}
	keys, err := v.Ring.Load(t.Context(), token.Signing{Algorithm: token.EdDSA})
	if err != nil {
		t.Fatal(err)
	}
	rules := *v.Token.Rules()
	rules.Keys = keys
	v.Token.Adopt(rules)
	a = v.call("GET", "/.well-known/jwks.json", "")
	if a.Header.Get("Cache-Control") != "public, max-age=60" || a.Header.Get("Content-Type") != "application/jwk-set+json" || !strings.Contains(a.body, `"kid"`) {
		t.Errorf("%v %s", a.Header, a.body)
	}
	if bare := v.call("GET", "/.well-known/jwks.json", "", "Seat", "x"); len(bare.Cookies()) != 0 {
		t.Errorf("caches get a cookie: %v", bare.Cookies())
	}
	if again := v.call("GET", "/.well-known/jwks.json", "", "If-None-Match", a.Header.Get("ETag")); again.StatusCode != 304 || again.body != "" {
		t.Errorf("again: %d %s", again.StatusCode, again.body)
	}
}

package doors

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"twodoors/tests/server"
)

type header struct{ Alg, Typ, Kid string }

type claims struct {
	Iss, Sub, Jti, Name, Role string
	Aud                       []string
	ClientID                  string `json:"client_id"`
	Iat, Exp                  int64
}

// decoded is what a token of ours says.
func decoded(t *testing.T, text string) (h header, c claims) {
	t.Helper()
	parts := strings.Split(text, ".")
	for i, into := range []any{&h, &c} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return h, c
}

// T8, T12: what the door issues says all that it asks for; two tokens differ.
func TestIssuedTokens(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	ids := map[string]bool{}
	for range 2 {
		h, c := decoded(t, v.token())
		if want := (header{Alg: "HS256", Typ: "at+jwt", Kid: v.key().ID}); h != want {
			t.Errorf("%+v, want %+v", h, want)
		}
		if c.ClientID == "" || c.Exp-c.Iat != int64(server.Access.Seconds()) {
			t.Errorf("%+v", c)
		}
		want := claims{Iss: server.Issuer().Name, Sub: "1", Aud: []string{server.Issuer().Audience}, Name: "ada", Role: "user"}
		want.Jti, want.ClientID, want.Iat, want.Exp = c.Jti, c.ClientID, c.Iat, c.Exp
		if !reflect.DeepEqual(c, want) {
			t.Errorf("%+v, want %+v", c, want)
		}
		ids[c.Jti] = true
	}
	if len(ids) != 2 || ids[""] {
		t.Errorf("jti %v", ids)
	}
}

// T16, W8: a token comes where it was asked for and nowhere else, and no cache
// keeps it (RFC 6749 section 5.1).
func TestTokensComeWhereTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for deliver, inHeader := range map[string]bool{"": false, "body": false, "header": true} {
		a := v.call("POST", "/api/token/login", `{"username":"ada","password":"lovelace","deliver":"`+deliver+`"}`)
		inBody := strings.Contains(a.body, `"access_token"`)
		if a.StatusCode != 200 || inBody == inHeader || strings.HasPrefix(a.Header.Get("Authorization"), "Bearer ey") != inHeader {
			t.Errorf("deliver %q: %d %s", deliver, a.StatusCode, a.body)
		}
		if a.Header.Get("Cache-Control") != "no-store" || len(a.Cookies()) != 1 || a.Cookies()[0].Name != "refresh" || !strings.Contains(a.body, `"token_type":"Bearer"`) || !strings.Contains(a.body, `"expires_in":300`) {
			t.Errorf("deliver %q: %v %s", deliver, a.Header, a.body)
		}
	}
	if a := v.call("POST", "/api/token/login", `{"username":"ada","password":"lovelace","deliver":"url"}`); a.StatusCode != 400 {
		t.Errorf("deliver url: %d", a.StatusCode)
	}
}

// T14: the token door asks no database.
func TestTokenDoorAsksNoDatabase(t *testing.T) {
	t.Parallel()
	v := open(t, "sqlite")
	text := v.token()
	v.DB.Close()
	if a := v.bring(text); a.StatusCode != 200 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	v.refused("the other door", v.call("POST", "/api/session/login", ada), 503, "rate.check")
	if a := v.call("GET", "/healthz", ""); a.StatusCode != 200 {
		t.Errorf("healthz: %d", a.StatusCode)
	}
	if a := v.call("GET", "/readyz", ""); a.StatusCode != 503 {
		t.Errorf("readyz: %d", a.StatusCode)
	}
}

// T16, T3: logging out at the token door asks for a token as every page does.
func TestTokenLogoutAsksForAToken(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	a := v.call("POST", "/api/token/logout", "")
	v.refused("none", a, 401, "bearer.read")
	if a.Header.Get("WWW-Authenticate") != `Bearer realm="Two Doors"` {
		t.Errorf("challenge %q", a.Header.Get("WWW-Authenticate"))
	}
	if a := v.call("POST", "/api/token/logout", "", "Authorization", "Bearer "+v.token()); a.StatusCode != 204 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// S4, I2: what came in the query is in no trace.
func TestQueriesAreNotTraced(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	text := v.token()
	v.call("GET", "/api/token/me?access_token="+text, "")
	v.call("GET", me+"?session=secretsecretsecret", "")
	v.call("GET", "/api/token/me", "", "Authorization", "Basic c2VjcmV0OnNlY3JldHNlY3JldA==")
	list := v.call("GET", "/api/traces", "").body
	for _, secret := range []string{strings.Split(text, ".")[2], "secretsecret", "c2VjcmV0OnN", v.seat} {
		if strings.Contains(list, secret) {
			t.Errorf("a trace holds %q", secret)
		}
	}
}

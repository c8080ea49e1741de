package doors

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// browser keeps cookies as a browser does, and follows redirects.
type browser struct {
	*visit
	client *http.Client
}

func (v *visit) browser() browser {
	jar, _ := cookiejar.New(nil)
	return browser{v, &http.Client{Jar: jar}}
}

// stray is what another program on the host leaves behind.
func (b browser) stray(name, value, path string) {
	b.t.Helper()
	at, err := url.Parse(b.http.URL + path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.client.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Path: path}})
}

func (b browser) send(method, path, kind, body string) answer {
	b.t.Helper()
	r, err := http.NewRequest(method, b.http.URL+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", kind)
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{response, string(text)}
}

// S10: a cookie of our name that another program left, wherever it counts, keeps nobody
// out for longer than one request: that says what happened, and the next is let in.
func TestStraySessionCookieLocksNobodyOut(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for _, value := range []string{"foreign", strings.Repeat("F", 43)} {
		for _, path := range []string{"/", "/session", "/session/", "/session/account", "/session/login", "/api", "/api/", "/api/session", "/api/session/me"} {
			b := v.browser()
			b.stray("session", value, path)
			b.send("POST", "/session/login", "application/x-www-form-urlencoded", "username=ada&password=lovelace")
			for _, page := range []string{"/session/account", "/api/session/me"} {
				first := b.send("GET", page, "", "")
				if first.StatusCode != 200 && (first.StatusCode != 401 || !strings.Contains(first.body, "two cookies named session")) {
					t.Errorf("%s at %s: %d %s", value, path, first.StatusCode, first.body)
				}
				if again := b.send("GET", page, "", ""); again.StatusCode != 200 {
					t.Errorf("%s at %s: %s for the second time: %d", value, path, page, again.StatusCode)
				}
			}
		}
	}
}

// The other cookie that the site sets, the refresh token's, the same.
func TestStrayRefreshCookieLocksNobodyOut(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for _, path := range []string{"/", "/api", "/api/token", "/api/token/", "/api/token/refresh"} {
		b := v.browser()
		b.stray("refresh", "foreign", path)
		if a := b.send("POST", "/api/token/login", "application/json", ada); a.StatusCode != 200 {
			t.Fatalf("login: %d %s", a.StatusCode, a.body)
		}
		first := b.send("POST", "/api/token/refresh", "", "")
		if first.StatusCode != 200 && !strings.Contains(first.body, "two cookies named refresh") {
			t.Errorf("%s: %d %s", path, first.StatusCode, first.body)
		}
		if again := b.send("POST", "/api/token/refresh", "", ""); again.StatusCode != 200 {
			t.Errorf("%s, for the second time: %d %s", path, again.StatusCode, again.body)
		}
		b.stray("refresh", "foreign", "/api/token/logout")
		if a := b.send("POST", "/api/token/logout", "", ""); a.StatusCode != 401 || !strings.Contains(a.body, "two cookies named refresh") {
			t.Errorf("%s: logout with two: %d %s", path, a.StatusCode, a.body)
		}
		if a := b.send("POST", "/api/token/logout", "", ""); a.StatusCode != 204 {
			t.Errorf("%s: logout again: %d %s", path, a.StatusCode, a.body)
		}
	}
}

// S5: logging out with two cookies ends the session, whichever of them names it.
func TestLogoutWithTwoCookiesEndsTheSession(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie := v.session()
		if a := v.call("POST", "/api/session/logout", "", "Cookie", "session=foreign; "+cookie); a.StatusCode != 204 {
			t.Errorf("logout: %d %s", a.StatusCode, a.body)
		}
		v.refused("afterwards", v.call("GET", me, "", "Cookie", cookie), 401, "session.find")
	})
}

// What a person is told names a way out that leads to this site.
func TestTwoCookiesAreToldWithAWayOut(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	const both = "session=foreign; session=other"
	for host, way := range map[string]string{
		"localhost:8080": "open http://127.0.0.1:8080 instead", "two.localhost": "open http://127.0.0.1 instead",
		"127.0.0.1:8080": "open http://localhost:8080 instead", "[::1]:8080": "open http://localhost:8080 instead",
	} {
		a := v.call("GET", me, "", "Cookie", both, "Host", host)
		if a.StatusCode != 401 || !strings.Contains(a.body, way) || !strings.Contains(a.body, "delete the cookies of ") {
			t.Errorf("%s: %d %s", host, a.StatusCode, a.body)
		}
		page := v.call("GET", "/session/account", "", "Cookie", both, "Host", host)
		if page.StatusCode != 401 || !strings.Contains(page.body, way) || !strings.Contains(page.body, `action="/session/login"`) {
			t.Errorf("%s: the page does not say it: %d", host, page.StatusCode)
		}
	}
	var told struct{ Notice string }
	a := v.call("POST", "/api/session/login", ada, "Cookie", both)
	if err := json.Unmarshal([]byte(a.body), &told); err != nil || a.StatusCode != 200 || !strings.Contains(told.Notice, "If you are asked to log in again, delete the cookies of") {
		t.Errorf("login: %d %s", a.StatusCode, a.body)
	}
	if a := v.call("POST", "/api/session/login", ada); strings.Contains(a.body, "notice") {
		t.Errorf("login without a stray: %s", a.body)
	}
}

package doors

import (
	"bytes"
	"database/sql"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/tests/server"
)

const me = "/api/session/me"

// S1, S2, S3: a new id at each login, random, in a cookie that scripts cannot
// read; an id from before opens nothing.
func TestLoginGivesANewId(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		planted := "session=" + strings.Repeat("A", 43)
		first := v.session("Cookie", planted)
		second := v.session("Cookie", first)
		if first == planted || first == second || len(first) != len("session=")+43 {
			t.Errorf("ids %q, %q", first, second)
		}
		v.refused("a planted id", v.call("GET", me, "", "Cookie", planted), 401, "session.find")
		v.refused("the id from before", v.call("GET", me, "", "Cookie", first), 401, "session.find")
		if a := v.call("GET", me, "", "Cookie", second); a.StatusCode != 200 {
			t.Errorf("the new id: %d", a.StatusCode)
		}
		cookie := v.call("POST", "/api/session/login", ada).Header.Get("Set-Cookie")
		for _, attribute := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
			if !strings.Contains(cookie, attribute) {
				t.Errorf("%q lacks %s", cookie, attribute)
			}
		}
		if strings.Contains(cookie, "Domain") || strings.Contains(cookie, "Secure") {
			t.Errorf("%q on plain HTTP", cookie)
		}
	})
}

// S4, S10: the id counts in its cookie only, and broken cookies are no session.
func TestBrokenCookiesAreNoSession(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie := v.session()
		id := strings.TrimPrefix(cookie, "session=")
		for what, test := range map[string]struct{ path, cookie string }{
			"no cookie":       {me, ""},
			"in the URL":      {me + "?session=" + id, ""},
			"another name":    {me, "Session=" + id},
			"twice":           {me, cookie + "; " + cookie},
			"twice, a and b":  {me, "session=" + strings.Repeat("B", 43) + "; " + cookie},
			"empty":           {me, "session="},
			"short":           {me, cookie[:len(cookie)-1]},
			"long":            {me, cookie + "A"},
			"oversized":       {me, "session=" + strings.Repeat("A", 9000)},
			"other letters":   {me, "session=" + strings.Repeat("*", 43)},
			"escaped":         {me, "session=%41" + id[1:]},
			"the seat cookie": {me, "seat=" + v.seat},
		} {
			v.refused(what, v.call("GET", test.path, "", "Cookie", test.cookie), 401, "cookie.read")
		}
		v.refused("unknown", v.call("GET", me, "", "Cookie", "session="+strings.Repeat("C", 43)), 401, "session.find")
		v.refused("as a bearer token", v.call("GET", "/api/token/me", "", "Authorization", "Bearer "+id), 401, "token.decode")
	})
}

// S5: after logging out the old cookie opens nothing.
func TestLogoutForgetsTheSession(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie, other := v.session(), v.session()
		a := v.call("POST", "/api/session/logout", "", "Cookie", cookie)
		if a.StatusCode != 204 || !strings.Contains(a.Header.Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("logout: %d, %q", a.StatusCode, a.Header.Get("Set-Cookie"))
		}
		v.refused("after logout", v.call("GET", me, "", "Cookie", cookie), 401, "session.find")
		if a := v.call("GET", me, "", "Cookie", other); a.StatusCode != 200 {
			t.Errorf("another session of the account: %d", a.StatusCode)
		}
		third := v.session()
		if a := v.call("POST", "/api/session/logout", `{"everywhere":true}`, "Cookie", third); a.StatusCode != 204 {
			t.Errorf("logout everywhere: %d %s", a.StatusCode, a.body)
		}
		v.refused("everywhere", v.call("GET", me, "", "Cookie", other), 401, "user.load")
	})
}

// S6: a request that saves its session while another logs out does not bring it
// back, however they meet.
func TestLogoutWinsAgainstRunningRequests(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		for range 10 {
			cookie := v.session()
			v.Clock.Advance(server.Idle / 10) // so that each request saves
			var running sync.WaitGroup
			for range 8 {
				running.Go(func() { v.call("GET", me, "", "Cookie", cookie) })
			}
			v.call("POST", "/api/session/logout", "", "Cookie", cookie)
			running.Wait()
			if a := v.call("GET", me, "", "Cookie", cookie); a.StatusCode != 401 {
				t.Fatalf("the session is back: %d %s", a.StatusCode, a.body)
			}
		}
	})
}

// S7: both timeouts, in every store; activity does not lengthen the absolute one.
func TestSessionsExpire(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie := v.session()
		v.Clock.Advance(server.Idle - time.Second)
		if a := v.call("GET", me, "", "Cookie", cookie); a.StatusCode != 200 {
			t.Fatalf("before the idle timeout: %d", a.StatusCode)
		}
		for range int(server.Lifetime/server.Idle) - 2 {
			v.Clock.Advance(server.Idle - time.Minute)
			v.call("GET", me, "", "Cookie", cookie)
		}
		if a := v.call("GET", me, "", "Cookie", cookie); a.StatusCode != 200 {
			t.Fatalf("active all the time: %d %s", a.StatusCode, a.body)
		}
		v.Clock.Advance(30 * time.Minute)
		a := v.call("GET", me, "", "Cookie", cookie)
		if reason := v.reason(a); a.StatusCode != 401 || reason != "session.age" {
			t.Errorf("after the idle timeout: %d, %s", a.StatusCode, reason)
		}

		cookie = v.session()
		for range int(server.Lifetime/(server.Idle/2)) + 1 {
			v.Clock.Advance(server.Idle / 2)
			a = v.call("GET", me, "", "Cookie", cookie)
		}
		if a.StatusCode != 401 {
			t.Errorf("active beyond the absolute timeout: %d", a.StatusCode)
		}
	})
}

// S8: what changes in the account counts at the next request.
func TestAccountIsReadAfresh(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie := v.session()
		v.refused("user", v.call("GET", "/api/session/admin", "", "Cookie", cookie), 403, "role.check")
		change(t, v, "UPDATE users SET role = 'admin' WHERE folded = 'ada'")
		if a := v.call("GET", "/api/session/admin", "", "Cookie", cookie); a.StatusCode != 200 {
			t.Errorf("made an admin: %d", a.StatusCode)
		}
		change(t, v, "UPDATE users SET disabled = 1 WHERE folded = 'ada'")
		v.refused("disabled", v.call("GET", me, "", "Cookie", cookie), 401, "user.load")
		v.refused("disabled, login", v.call("POST", "/api/session/login", ada), 401, "password.check")
		change(t, v, "DELETE FROM users WHERE folded = 'ada'")
		if a := v.call("GET", me, "", "Cookie", cookie); a.StatusCode != 401 {
			t.Errorf("deleted: %d", a.StatusCode)
		}
	})
}

// S9: the database holds nothing that opens a session.
func TestStoreKeepsNoId(t *testing.T) {
	t.Parallel()
	v := open(t, "sqlite")
	id := strings.TrimPrefix(v.session(), "session=")
	for _, suffix := range []string{"", "-wal"} {
		kept, err := os.ReadFile(v.Path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(kept, []byte(id)) {
			t.Errorf("the id stands in the database%s", suffix)
		}
	}
}

// S11: when the store does not answer, the answer is 503 and nothing of the page.
func TestStoreThatIsGoneLetsNobodyIn(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie := v.session()
		v.DB.Close()
		a := v.call("GET", me, "", "Cookie", cookie)
		if reason := v.reason(a); a.StatusCode != 503 || a.Header.Get("Retry-After") == "" ||
			reason != "session.find" && reason != "user.load" || strings.Contains(a.body, "ada") {
			t.Errorf("%d %s %s", a.StatusCode, reason, a.body)
		}
	})
}

// change does to the database what an administrator would.
func change(t *testing.T, v *visit, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+v.Path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

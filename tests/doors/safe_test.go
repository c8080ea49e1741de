package doors

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// W2: GET, HEAD and OPTIONS change nothing at any address, also where POST does.
func TestSafeMethodsChangeNothing(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie, before := v.session(), ""
		kept := v.call("GET", me, "", "Cookie", cookie).Header.Get("Trace-Id")
		for i, path := range append([]string{"/", "/session/account", "/token/account", "/inspector", me, "/api/token/me", "/api/traces"}, changing...) {
			for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
				for _, query := range []string{"", "?username=ada&password=lovelace&everywhere=true&_method=POST"} {
					a := v.call(method, path+query, "", "Cookie", cookie, "X-Http-Method-Override", "POST")
					for _, set := range a.Cookies() {
						t.Errorf("%s %s sets the cookie %s", method, path, set.Name)
					}
				}
			}
			if now := contents(t, v); i > 0 && now != before {
				t.Errorf("%s changed the database from %s to %s", path, before, now)
			} else {
				before = now
			}
		}
		if a := v.call("GET", me, "", "Cookie", cookie); a.StatusCode != 200 {
			t.Errorf("the session afterwards: %d", a.StatusCode)
		}
		if a := v.call("GET", "/api/traces/"+kept, ""); a.StatusCode != 200 {
			t.Errorf("the trace from before: %d", a.StatusCode)
		}
	})
}

// contents sums up what the tables hold.
func contents(t *testing.T, v *visit) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+v.Path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out strings.Builder
	for _, query := range []string{
		"SELECT group_concat(id || folded || role || disabled || session_generation || password_hash) FROM users",
		"SELECT coalesce(group_concat(id_hash || expires_at || hex(data)), '') FROM sessions", "SELECT group_concat(kid) FROM signing_keys",
	} {
		var row string
		if err := db.QueryRow(query).Scan(&row); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&out, row)
	}
	return out.String()
}

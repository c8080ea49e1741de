package doors

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

const roles = "/api/account/role"

func newRole(username, role string) string {
	return fmt.Sprintf(`{"username":%q,"role":%q}`, username, role)
}

// enter makes bob's account and logs him in at both doors.
func (v *visit) enter() (cookie, bearer, refresh string) {
	v.t.Helper()
	bob := credentials("bob", "quiet evening")
	v.call("POST", "/api/signup", bob)
	for _, sent := range v.call("POST", "/api/session/login", bob).Cookies() {
		cookie = "session=" + sent.Value
	}
	issued, sent := v.issue(bob)
	return cookie, "Bearer " + issued.AccessToken, "refresh=" + sent.Value
}

// grace logs in at the token door.
func (v *visit) grace() (bearer string) {
	v.t.Helper()
	issued, _ := v.issue(credentials("grace", "nanosecond"))
	return "Bearer " + issued.AccessToken
}

// S8, T14: a role that is given or taken away counts at the session door's next
// request; a token says what it said when it was signed, until it is refreshed.
func TestNewRoleTakesEffect(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie, bearer, refresh := v.enter()
		grace := v.grace()
		admin := func(door, header, value string) int {
			return v.call("GET", "/api/"+door+"/admin", "", header, value).StatusCode
		}
		for _, change := range []struct {
			role          string
			before, after int
		}{{"admin", 403, 200}, {"user", 200, 403}} {
			if a := v.call("POST", roles, newRole("BOB", change.role), "Authorization", grace); a.StatusCode != 204 {
				t.Fatalf("to %s: %d %s", change.role, a.StatusCode, a.body)
			}
			if got := admin("session", "Cookie", cookie); got != change.after {
				t.Errorf("%s, session: %d", change.role, got)
			}
			if got := admin("token", "Authorization", bearer); got != change.before {
				t.Errorf("%s, token of before: %d", change.role, got)
			}
			a := v.call("POST", refreshing, "", "Cookie", refresh)
			_, issued, _ := strings.Cut(a.body, `"access_token":"`)
			issued, _, _ = strings.Cut(issued, `"`)
			bearer, refresh = "Bearer "+issued, "refresh="+a.Cookies()[0].Value
			if got := admin("token", "Authorization", bearer); got != change.after {
				t.Errorf("%s, refreshed token: %d", change.role, got)
			}
		}
	})
}

// S8: only who is an administrator now gives roles, through either door: an old
// token appoints nobody. The published accounts keep theirs.
func TestWhoMayChangeARole(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	cookie, bearer, _ := v.enter()
	grace := v.grace()
	v.refused("nobody", v.call("POST", roles, newRole("bob", "admin")), 401, "cookie.read")
	v.refused("a session of a user", v.call("POST", roles, newRole("bob", "admin"), "Cookie", cookie), 403, "role.check")
	v.refused("a token of a user", v.call("POST", roles, newRole("bob", "admin"), "Authorization", bearer), 403, "role.check")
	for _, name := range []string{"ada", "grace", "GRACE", "ａｄａ"} {
		v.refused(name, v.call("POST", roles, newRole(name, "user"), "Authorization", grace), 422, "role.change")
	}
	for _, role := range []string{"", "Admin", "root"} {
		v.refused("the role "+role, v.call("POST", roles, newRole("bob", role), "Authorization", grace), 422, "role.change")
	}
	v.refused("an unknown name", v.call("POST", roles, newRole("nobody", "user"), "Authorization", grace), 404, "role.change")

	if a := v.call("POST", roles, newRole("bob", "admin"), "Authorization", grace); a.StatusCode != 204 {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	issued, _ := v.issue(credentials("bob", "quiet evening"))
	for _, header := range [][2]string{{"Cookie", cookie}, {"Authorization", "Bearer " + issued.AccessToken}} {
		if a := v.call("POST", roles, newRole("bob", "user"), header[0], header[1]); a.StatusCode != 204 {
			t.Errorf("bob himself, by %s: %d %s", header[0], a.StatusCode, a.body)
		}
		v.call("POST", roles, newRole("bob", "admin"), "Authorization", grace)
	}
	v.call("POST", roles, newRole("bob", "user"), "Authorization", grace)
	v.refused("who was dismissed", v.call("POST", roles, newRole("bob", "admin"), "Authorization", "Bearer "+issued.AccessToken), 403, "role.change")
}

// A new role changes nothing else of the account, nor of any other.
func TestNewRoleChangesNothingElse(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	v.enter()
	before := accounts(t, v)
	if a := v.call("POST", roles, newRole("bob", "admin"), "Authorization", v.grace()); a.StatusCode != 204 {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	if want := strings.Replace(before, "bob bob user", "bob bob admin", 1); accounts(t, v) != want || want == before {
		t.Errorf("%s\nnot %s", accounts(t, v), want)
	}
}

// accounts is the whole table, a line each.
func accounts(t *testing.T, v *visit) (lines string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+v.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT username || ' ' || folded || ' ' || role || ' ' || disabled || ' ' || session_generation || ' ' || created_at || ' ' || password_hash FROM users ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines += line + "\n"
	}
	return lines
}

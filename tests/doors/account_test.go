package doors

import (
	"fmt"
	"testing"
)

const passwords = "/api/account/password"

func newPassword(before, after string) string {
	return fmt.Sprintf(`{"old":%q,"new":%q}`, before, after)
}

// S8, R8: a new password ends the account's other sessions and its refresh tokens;
// who changed it goes on with a new session id.
func TestNewPasswordEndsWhatWasBefore(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, v *visit) {
		cookie, elsewhere := v.session(), v.session()
		_, refresh := v.issue(ada)
		a := v.call("POST", passwords, newPassword("lovelace", "quiet evening"), "Cookie", cookie)
		if a.StatusCode != 204 || len(a.Cookies()) != 1 {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
		fresh := "session=" + a.Cookies()[0].Value
		if a := v.call("GET", me, "", "Cookie", fresh); a.StatusCode != 200 || fresh == cookie {
			t.Errorf("who changed it: %d", a.StatusCode)
		}
		v.refused("the id of before", v.call("GET", me, "", "Cookie", cookie), 401, "session.find")
		v.refused("another session", v.call("GET", me, "", "Cookie", elsewhere), 401, "user.load")
		v.refused("the refresh token", v.call("POST", refreshing, "", "Cookie", "refresh="+refresh.Value), 401, "refresh.find")
		v.refused("the old password", v.call("POST", "/api/session/login", ada), 401, "password.check")
		if a := v.call("POST", "/api/token/login", credentials("ada", "quiet evening")); a.StatusCode != 200 {
			t.Errorf("the new password: %d", a.StatusCode)
		}
	})
}

// The password is changed through either door, by who knows the old one.
func TestWhoMayChangeThePassword(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	cookie, bearer := v.session(), "Bearer "+v.token()
	v.refused("nobody", v.call("POST", passwords, newPassword("lovelace", "quiet evening")), 401, "cookie.read")
	v.refused("a bad token", v.call("POST", passwords, newPassword("lovelace", "quiet evening"), "Authorization", "Bearer x", "Cookie", cookie), 401, "token.decode")
	v.refused("a wrong password", v.call("POST", passwords, newPassword("wrong", "quiet evening"), "Cookie", cookie), 401, "password.check")
	for _, weak := range []string{"short", "password", "ada"} {
		if a := v.call("POST", passwords, newPassword("lovelace", weak), "Cookie", cookie); a.StatusCode != 422 {
			t.Errorf("%s: %d %s", weak, a.StatusCode, a.body)
		}
	}
	if a := v.call("POST", passwords, newPassword("lovelace", "quiet evening"), "Authorization", bearer); a.StatusCode != 204 {
		t.Errorf("by token: %d %s", a.StatusCode, a.body)
	}
	if a := v.bring(bearer[7:]); a.StatusCode != 200 {
		t.Errorf("the access token afterwards: %d", a.StatusCode)
	}
}

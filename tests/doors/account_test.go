package doors

import (
	"fmt"
	"strings"
	"sync"
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
		cookie, _, refresh := v.enter()
		elsewhere, _, _ := v.enter()
		a := v.call("POST", passwords, newPassword("quiet evening", "loud morning"), "Cookie", cookie)
		if a.StatusCode != 204 || len(a.Cookies()) != 1 {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
		fresh := "session=" + a.Cookies()[0].Value
		if a := v.call("GET", me, "", "Cookie", fresh); a.StatusCode != 200 || fresh == cookie {
			t.Errorf("who changed it: %d", a.StatusCode)
		}
		v.refused("the id of before", v.call("GET", me, "", "Cookie", cookie), 401, "session.find")
		v.refused("another session", v.call("GET", me, "", "Cookie", elsewhere), 401, "user.load")
		v.refused("the refresh token", v.call("POST", refreshing, "", "Cookie", refresh), 401, "refresh.find")
		v.refused("the old password", v.call("POST", "/api/session/login", credentials("bob", "quiet evening")), 401, "password.check")
		if a := v.call("POST", "/api/token/login", credentials("bob", "loud morning")); a.StatusCode != 200 {
			t.Errorf("the new password: %d", a.StatusCode)
		}
	})
}

// The password is changed through either door, by who knows the old one.
func TestWhoMayChangeThePassword(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	cookie, bearer, _ := v.enter()
	change := newPassword("quiet evening", "loud morning")
	v.refused("nobody", v.call("POST", passwords, change), 401, "cookie.read")
	v.refused("a bad token", v.call("POST", passwords, change, "Authorization", "Bearer x", "Cookie", cookie), 401, "token.decode")
	v.refused("a wrong password", v.call("POST", passwords, newPassword("wrong", "loud morning"), "Cookie", cookie), 401, "password.check")
	for _, weak := range []string{"short", "password", "bob"} {
		v.refused(weak, v.call("POST", passwords, newPassword("quiet evening", weak), "Cookie", cookie), 422, "password.check")
	}
	if a := v.call("POST", passwords, change, "Authorization", bearer); a.StatusCode != 204 {
		t.Errorf("by token: %d %s", a.StatusCode, a.body)
	}
	if a := v.bring(bearer[7:]); a.StatusCode != 200 {
		t.Errorf("the access token afterwards: %d", a.StatusCode)
	}
}

// A8: nobody changes the password of a published account, through either door, however
// the request is written; everybody can go on logging in with it.
func TestPublishedAccountsKeepTheirPasswords(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	cookie, issued := v.session(), v.grace()
	for _, body := range []string{newPassword("lovelace", "quiet evening"), newPassword("nanosecond", "quiet evening"), newPassword("wrong", "quiet evening"), newPassword("", "")} {
		v.refused("ada, by cookie", v.call("POST", passwords, body, "Cookie", cookie), 422, "password.check")
		v.refused("grace, by token", v.call("POST", passwords, body, "Authorization", issued), 422, "password.check")
	}
	if a := v.call("GET", me, "", "Cookie", cookie); a.StatusCode != 200 {
		t.Errorf("ada's session afterwards: %d", a.StatusCode)
	}
	v.session()
	v.grace()
}

// Of two changes at once, both by who knows the old password, one is acknowledged, and
// what it set is the password.
func TestOneOfTwoPasswordChangesWins(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	_, bearer, _ := v.enter()
	before := "quiet evening"
	for round := range 5 {
		acknowledged := make(chan string, 2)
		var changing sync.WaitGroup
		for i := range 2 {
			changing.Go(func() {
				after := fmt.Sprintf("evening %d of %d", i, round)
				switch a := v.call("POST", passwords, newPassword(before, after), "Authorization", bearer); a.StatusCode {
				case 204:
					acknowledged <- after
				case 401: // the step that noticed is the check of the old password, or comes after it
					v.refused("the other", a, 401, "password.check")
				default:
					t.Errorf("%d %s", a.StatusCode, a.body)
				}
			})
		}
		changing.Wait()
		if len(acknowledged) != 1 {
			t.Fatalf("%d of two changes were acknowledged", len(acknowledged))
		}
		before = <-acknowledged
		if a := v.call("POST", "/api/token/login", credentials("bob", before)); a.StatusCode != 200 {
			t.Fatalf("the password that was acknowledged: %d %s", a.StatusCode, a.body)
		}
	}
}

// A stored hash that cannot be read is told as what it is, to that account alone, and
// nobody is asked to try again.
func TestDamagedHashIsToldAsSuch(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	cookie, _, _ := v.enter()
	bob := credentials("bob", "quiet evening")
	for _, stored := range []string{
		"", "x", "$argon2id$v=19$m=19456,t=2,p=1$EMi/f5CJCaq9bLGgqsqUMA", "$argon2i$v=19$m=19456,t=2,p=1$EMi/f5CJCaq9bLGgqsqUMA$AAAA",
		"$argon2id$v=19$m=19456,t=0,p=1$EMi/f5CJCaq9bLGgqsqUMA$spmV6Gznjvxa5EMhOKQ9Zp8d/aX5/+Y0+B5y3DMx528",
		"$argon2id$v=19$m=4294967295,t=2,p=1$EMi/f5CJCaq9bLGgqsqUMA$spmV6Gznjvxa5EMhOKQ9Zp8d/aX5/+Y0+B5y3DMx528",
		"$argon2id$v=19$m=19456,t=2,p=1$EMi/f5CJCaq9bLGgqsqUMA$",
	} {
		change(t, v, "UPDATE users SET password_hash = '"+stored+"' WHERE folded = 'bob'")
		for what, a := range map[string]answer{
			"session":  v.call("POST", "/api/session/login", bob),
			"token":    v.call("POST", "/api/token/login", bob),
			"password": v.call("POST", passwords, newPassword("quiet evening", "loud morning"), "Cookie", cookie),
		} {
			v.refused(stored+" "+what, a, 500, "password.check")
			if a.Header.Get("Retry-After") != "" || !strings.Contains(a.body, "Trying again will not help") || len(a.Cookies()) != 0 {
				t.Errorf("%s %s: %v %s", stored, what, a.Header, a.body)
			}
		}
	}
	v.session()
}

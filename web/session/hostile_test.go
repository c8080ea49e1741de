package session_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/web/door"
	"twodoors/web/session"
)

// rubbish answers with bytes that are no session.
type rubbish struct {
	session.Store
	answer []byte
}

func (r rubbish) FindCtx(context.Context, string) ([]byte, bool, error) { return r.answer, true, nil }

// S10: bytes that are no session are none, in any store.
func TestUndecodableSessionsAreNone(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "x", strings.Repeat("\x00", 41), "\x01" + strings.Repeat("\xff", 41), "\x02" + strings.Repeat("\x01", 40)} {
		wrap := func(kept session.Store) session.Store { return rubbish{kept, []byte(answer)} }
		s := openSite(t, "memory", wrap)
		cookie := &http.Cookie{Name: "session", Value: strings.Repeat("A", 43)}
		if _, err := s.Authorize(request(false, cookie), door.AnyRole); status(err) != 401 {
			t.Errorf("%q: %v", answer, err)
		}
		if err := s.Logout(httptest.NewRecorder(), request(false, cookie)); err != nil {
			t.Errorf("%q: logout: %v", answer, err)
		}
		s.login(t, false, cookie)
	}
}

// S10: whatever stands in the header Cookie, nobody is let in who does not bring
// the one id, once, under the right name; and nothing panics.
func FuzzCookie(f *testing.F) {
	s := openSite(f, "memory", nil)
	id := s.login(f, false).Value
	for _, seed := range []string{
		"", "session=ID", "session=ID; session=ID", "a=b; session=ID", `session="ID"`, "session=ID;;;", "Session=ID", "session = ID",
		"session=ID\x00", "session=%49D", "__Host-session=ID", strings.Repeat("a=b;", 2000), "session=" + strings.Repeat("A", 43), "session=ID,session=ID",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		header = strings.ReplaceAll(header, "ID", id)
		r := request(false)
		r.Header.Set("Cookie", header)
		visitor, err := s.Authorize(r, door.AnyRole)
		switch {
		case err == nil && (strings.Count(header, "session") == 0 || !strings.Contains(header, id) || visitor.Username != "ada"):
			t.Errorf("%q let %q in", header, visitor.Username)
		case err != nil && status(err) != 401:
			t.Errorf("%q: %v", header, err)
		}
		if n := len(r.CookiesNamed("session")); err == nil && n != 1 {
			t.Errorf("%d cookies let somebody in: %q", n, header)
		}
	})
}

package session_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/door"
)

// S10: bytes that are no session are none, in any store, and go when somebody logs out or in
// with their id.
func TestUndecodableSessionsAreNone(t *testing.T) {
	t.Parallel()
	eachStore(t, nil, func(t *testing.T, s site) {
		cookie := &http.Cookie{Name: "session", Value: strings.Repeat("A", 43)}
		idHash := hashOf(cookie.Value)
		for _, rubbish := range []string{"", "x", strings.Repeat("\x00", 41), "\x01" + strings.Repeat("\xff", 41), "\x02" + strings.Repeat("\x01", 40)} {
			for what, end := range map[string]func(){
				"logout": func() {
					if err := s.Logout(httptest.NewRecorder(), request(false, cookie)); err != nil {
						t.Errorf("%q: %v", rubbish, err)
					}
				},
				"login": func() { s.login(t, false, cookie) },
			} {
				if err := s.Store.Insert(t.Context(), idHash, s.user, []byte(rubbish), time.Now().Add(time.Hour)); err != nil {
					t.Fatal(err)
				}
				if _, err := s.Authorize(request(false, cookie), door.AnyRole); status(err) != 401 {
					t.Errorf("%q: %v", rubbish, err)
				}
				end()
				if kept, err := s.Store.Find(t.Context(), idHash); !errors.Is(err, data.ErrNotFound) {
					t.Errorf("%q after %s: %q, %v", rubbish, what, kept, err)
				}
			}
		}
	})
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

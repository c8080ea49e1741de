package front

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"twodoors/web/door"
)

// A11: a server gets the credentials of its own room only, and all other cookies as they
// were sent.
func TestServersGetTheCookiesOfTheirRoom(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ room, sent, want string }{
		{"", "a=1; session=s; sticky=2", "a=1; session=s; sticky=2"},
		{"", "session-k3f9=x; session=s; refresh-k3f9=x; __Host-sticky-k3f9=x; a=1", "session=s; a=1"},
		{"k3f9", "session=x; session-k3f9=s; refresh=x;sticky=1; __Secure-refresh=x;a=1", "session-k3f9=s;a=1"},
		{"k3f9", "__Host-session-k3f9=s; __Host-session=x; __Host-session-b=x; __Host-seat=1; seat=2", "__Host-session-k3f9=s; __Host-seat=1; seat=2"},
		{"k3f9", "session=x", ""},
		{"k3f9", "session=x; session-b=y; ", ""},
		{"k3f9", ` session =x;a="1;session=2; 3"; b`, `a="1; 3"; b`},
		{"k3f9", "session; sessions=1; =session; session-k3f9-b=x; Session=1;;x", "sessions=1; =session; Session=1;;x"},
		{"k3f9", "\t session-b \t=x", ""},
		{"k3f9", ";;; a = 1 ;;", ";;; a = 1 ;;"},
	} {
		got := strings.Join(ownCookies([]string{test.sent}, test.room), "|")
		if got != test.want {
			t.Errorf("in room %q, %q: %q, want %q", test.room, test.sent, got, test.want)
		}
	}
	several := ownCookies([]string{"a=1", "session=x", "session=x; b=2", "c=3"}, "k3f9")
	if !slices.Equal(several, []string{"a=1", "b=2", "c=3"}) {
		t.Errorf("several lines: %q", several)
	}
}

// X1: a header full of cookies is read once, and one that needs no change costs no memory.
func TestFilteringCookiesCostsNoMemory(t *testing.T) {
	sent := []string{strings.Repeat("a=1; ", 6000) + "session=s"}
	if n := testing.AllocsPerRun(10, func() { ownCookies(sent, "") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	many := ownCookies([]string{strings.Repeat("session-b=1; ", 3000) + "session=s"}, "")
	if !slices.Equal(many, []string{"session=s"}) {
		t.Errorf("%.80q", many)
	}
}

func BenchmarkOwnCookies(b *testing.B) {
	sent := []string{"__Host-seat=0123456789012345678901; session=0123456789012345678901234567890123456789012; sticky=1"}
	for b.Loop() {
		ownCookies(sent, "")
	}
}

// A11: after the filter net/http reads no credential of another room, and every other
// cookie as before.
func FuzzOwnCookies(f *testing.F) {
	for _, seed := range []string{
		"a=1; session=s; session-k3f9=t", "session", `session="a;session-b=1"`, "__Host-__Secure-session=1", " =;;session-=1;\x00", "session\t=1;\tsticky-b=2", "__Secure-refresh-k3f9=1; refresh=2",
	} {
		f.Add(seed, seed, "")
		f.Add(seed, "x=1", "k3f9")
	}
	f.Fuzz(func(t *testing.T, first, second, room string) {
		lines := []string{first, second}
		if strings.Count(first, ";")+strings.Count(second, ";") > 2000 || strings.ContainsAny(room, "; \t=") {
			return // net/http reads no more than 3,000
		}
		before := (&http.Request{Header: http.Header{"Cookie": slices.Clone(lines)}}).Cookies()
		after := (&http.Request{Header: http.Header{"Cookie": ownCookies(lines, room)}}).Cookies()
		want := slices.DeleteFunc(before, func(c *http.Cookie) bool {
			of, bound := roomOf(c.Name)
			return bound && of != room
		})
		same := func(a, b *http.Cookie) bool { return a.Name == b.Name && a.Value == b.Value && a.Quoted == b.Quoted }
		if !slices.EqualFunc(after, want, same) {
			t.Errorf("room %q, %q: %v, want %v", room, lines, after, want)
		}
	})
}

// A11: a room that has ended leaves nothing in the browser, over HTTP and HTTPS.
func TestCookiesOfAnEndedRoomExpire(t *testing.T) {
	t.Parallel()
	for secure, want := range map[bool][]string{
		false: {
			"session-k3f9=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", "sticky-k3f9=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
			"refresh-k3f9=; Path=/api/token; Max-Age=0; HttpOnly; SameSite=Strict",
		},
		true: {
			"__Host-session-k3f9=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax", "__Host-sticky-k3f9=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
			"__Secure-refresh-k3f9=; Path=/api/token; Max-Age=0; HttpOnly; Secure; SameSite=Strict",
		},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
		r = r.WithContext(door.WithClient(r.Context(), &door.Client{Secure: secure, Room: "other"}))
		expire(w, r, "k3f9")
		if got := w.Header()["Set-Cookie"]; !slices.Equal(got, want) {
			t.Errorf("secure %t: %q", secure, got)
		}
	}
}

// A11: the rooms that a request's cookies name are told once each, and few of them.
func TestRoomsThatARequestBrings(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", "session=1; session-b=1; __Host-sticky-b=1; a-c=1; seat=1; __Secure-refresh-d=1; sticky-b=2")
	if got := roomsBrought(r); !slices.Equal(got, []string{"b", "d"}) {
		t.Errorf("%q", got)
	}
	r.Header.Set("Cookie", strings.Repeat("session-b=1; ", 100)+"session-1=;session-2=;session-3=;session-4=;session-5=;session-6=;session-7=;session-8=;session-9=")
	if got := roomsBrought(r); len(got) != maxBrought {
		t.Errorf("%q", got)
	}
}

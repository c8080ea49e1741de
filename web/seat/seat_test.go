package seat_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"twodoors/web/seat"
)

func bring(header string, cookies ...string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	if header != "" {
		r.Header.Set("Seat", header)
	}
	for _, value := range cookies {
		r.Header.Add("Cookie", "seat="+value)
	}
	return r
}

// C1: a seat is a random secret that only this site's key can make, known again
// from the cookie or the header.
func TestSeatsAreKnownAgain(t *testing.T) {
	t.Parallel()
	seats, other := seat.New([]byte("key")), seat.New([]byte("another key"))
	mine, theirs := seats.Make(), other.Make()
	if !mine.New || len(mine.Value) != 43 || mine.Value == seats.Make().Value {
		t.Fatalf("%+v", mine)
	}
	for what, test := range map[string]struct {
		r     *http.Request
		known bool
	}{
		"header": {bring(mine.Value), true}, "cookie": {bring("", mine.Value), true}, "the second cookie": {bring("", theirs.Value, mine.Value), false},
		"twice the same": {bring("", mine.Value, mine.Value), false}, "two in one header": {bring("", mine.Value+"; seat="+theirs.Value), false},
		"a header and two cookies":  {bring(mine.Value, theirs.Value, mine.Value), true},
		"a bad header and a cookie": {bring("me", mine.Value), true}, "of another site": {bring(theirs.Value), false},
		"empty": {bring("", ""), false}, "short": {bring(mine.Value[:42]), false}, "long": {bring(mine.Value + "A"), false},
		"swapped": {bring(mine.Value[:21] + theirs.Value[21:]), false}, "quoted": {bring(`"` + mine.Value + `"`), false}, "twice": {bring(mine.Value + mine.Value), false},
	} {
		if found := seats.Find(test.r, false); found.New == test.known || (found.Value == mine.Value) != test.known {
			t.Errorf("%s: %+v", what, found)
		}
	}
	if again := seat.New([]byte("key")).Find(bring(mine.Value), false); again.New {
		t.Error("after a restart the seat is not known")
	}
}

// C1: a seat is known however many others came since, and however many ask at once;
// what is no seat stays none.
func TestManySeats(t *testing.T) {
	t.Parallel()
	seats, other := seat.New([]byte("key")), seat.New([]byte("another key"))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			var mine []string
			for range 1000 {
				mine = append(mine, seats.Make().Value)
			}
			for range 2 {
				for _, value := range mine {
					if found := seats.Find(bring(value), false); found.New || found.Value != value {
						t.Errorf("%q became %+v", value, found)
					}
					if theirs := other.Make(); !seats.Find(bring(theirs.Value), false).New {
						t.Errorf("%q of another site is taken for a seat", theirs.Value)
					}
				}
			}
		})
	}
	all.Wait()
}

// C1: no other last character spells the same seat.
func TestSeatHasOneSpelling(t *testing.T) {
	t.Parallel()
	seats := seat.New([]byte("key"))
	mine, known := seats.Make().Value, 0
	for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=" {
		if !seats.Find(bring(mine[:42]+string(last)), false).New {
			known++
		}
	}
	if known != 1 {
		t.Errorf("%d spellings", known)
	}
}

// C1, S3: its cookie is out of a script's reach; its name tells nothing of it.
func TestSeatCookieAndName(t *testing.T) {
	t.Parallel()
	mine := seat.New([]byte("key")).Make()
	for _, secure := range []bool{false, true} {
		cookie := seat.Cookie(mine, secure)
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" || cookie.Secure != secure {
			t.Errorf("%s", cookie)
		}
	}
	// 16 random bytes are the first 21 characters and a part of the next.
	if name := mine.Name(); name != mine.Value[22:] || strings.Contains(name, mine.Value[:22]) {
		t.Errorf("name %q of %q", name, mine.Value)
	}
}

// A7: over HTTPS the seat is another cookie, and neither counts for the other.
func TestSeatOverHTTPS(t *testing.T) {
	t.Parallel()
	seats := seat.New([]byte("key"))
	mine := seats.Make()
	for _, secure := range []bool{false, true} {
		for _, name := range []string{"seat", "__Host-seat"} {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Cookie", name+"="+mine.Value)
			if known := !seats.Find(r, secure).New; known != (name == seat.CookieName(secure)) {
				t.Errorf("%s, secure %t: known %t", name, secure, known)
			}
		}
	}
}

// A7: why a request has not brought its seat.
func TestWhySeatsAreNotBrought(t *testing.T) {
	t.Parallel()
	seats := seat.New([]byte("key"))
	for _, test := range []struct {
		header, value string
		cookies       []string
		want          seat.Loss
	}{
		{"", "", nil, seat.NotLost},
		{"Sec-Fetch-Site", "none", nil, seat.NotLost},
		{"Sec-Fetch-Site", "cross-site", nil, seat.NotLost},
		{"Sec-Fetch-Site", "same-site", nil, seat.NotLost},
		{"Sec-Fetch-Site", "same-origin", nil, seat.Withheld},
		{"Sec-Fetch-Site", "same-origin", []string{"of another key"}, seat.NotLost},
		{"Sec-Fetch-Site", "same-origin", []string{"one", "another"}, seat.Twice},
		{"", "", []string{"one", "another"}, seat.Twice},
		{"Referer", "http://EXAMPLE.com/labs", nil, seat.Withheld},
		{"Referer", "http://example.com:81/", nil, seat.NotLost},
		{"Referer", "://", nil, seat.NotLost},
		{"Origin", "http://example.com", nil, seat.Withheld},
		{"Origin", "null", nil, seat.NotLost},
	} {
		r := bring("", test.cookies...)
		r.Header.Set(test.header, test.value)
		if found := seats.Find(r, false); found.Lost != test.want || !found.New {
			t.Errorf("%s: %s, cookies %v: %+v", test.header, test.value, test.cookies, found)
		}
	}
}

// C1: whatever a request brings, its seat is its own or a new one.
func FuzzFind(f *testing.F) {
	seats := seat.New([]byte("key"))
	mine := seats.Make().Value
	for _, seed := range []string{"", "SEAT", "SEAT\n", "seat=SEAT", strings.Repeat("A", 43), strings.Repeat("\n", 28) + strings.Repeat("A", 15), "SEAT; seat=SEAT", "\x00", "%53"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, header, cookie string) {
		header, cookie = strings.ReplaceAll(header, "SEAT", mine), strings.ReplaceAll(cookie, "SEAT", mine)
		r := &http.Request{Header: http.Header{"Seat": {header}, "Cookie": {"seat=" + cookie}}}
		found := seats.Find(r, false)
		if len(found.Value) != 43 || !found.New && found.Value != mine {
			t.Errorf("%q, %q: %+v", header, cookie, found)
		}
		if !found.New && header != mine && !strings.Contains(cookie, mine) {
			t.Errorf("%q, %q are taken for a seat", header, cookie)
		}
	})
}

// BenchmarkFind is for a seat that has just been here, and for many by turns.
func BenchmarkFind(b *testing.B) {
	seats := seat.New([]byte("key"))
	for _, n := range []int{1, 10_000} {
		b.Run(fmt.Sprintf("of %d", n), func(b *testing.B) {
			var requests []*http.Request
			for range n {
				requests = append(requests, bring("", seats.Make().Value))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				seats.Find(requests[i%n], false)
			}
		})
	}
}

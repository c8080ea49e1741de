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
	mine, theirs := seats.Find(bring("")), other.Find(bring(""))
	if !mine.New || len(mine.Value) != 43 || mine.Value == seats.Find(bring("")).Value {
		t.Fatalf("%+v", mine)
	}
	for what, test := range map[string]struct {
		r     *http.Request
		known bool
	}{
		"header": {bring(mine.Value), true}, "cookie": {bring("", mine.Value), true}, "the second cookie": {bring("", theirs.Value, mine.Value), true},
		"a bad header and a cookie": {bring("me", mine.Value), true}, "of another site": {bring(theirs.Value), false},
		"empty": {bring("", ""), false}, "short": {bring(mine.Value[:42]), false}, "long": {bring(mine.Value + "A"), false},
		"swapped": {bring(mine.Value[:21] + theirs.Value[21:]), false}, "quoted": {bring(`"` + mine.Value + `"`), false}, "twice": {bring(mine.Value + mine.Value), false},
	} {
		if found := seats.Find(test.r); found.New == test.known || (found.Value == mine.Value) != test.known {
			t.Errorf("%s: %+v", what, found)
		}
	}
	if again := seat.New([]byte("key")).Find(bring(mine.Value)); again.New {
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
				mine = append(mine, seats.Find(bring("")).Value)
			}
			for range 2 {
				for _, value := range mine {
					if found := seats.Find(bring(value)); found.New || found.Value != value {
						t.Errorf("%q became %+v", value, found)
					}
					if theirs := other.Find(bring("")); !seats.Find(bring(theirs.Value)).New {
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
	mine, known := seats.Find(bring("")).Value, 0
	for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=" {
		if !seats.Find(bring(mine[:42] + string(last))).New {
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
	mine := seat.New([]byte("key")).Find(bring(""))
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

// C1: whatever a request brings, its seat is its own or a new one.
func FuzzFind(f *testing.F) {
	seats := seat.New([]byte("key"))
	mine := seats.Find(bring("")).Value
	for _, seed := range []string{"", "SEAT", "SEAT\n", "seat=SEAT", strings.Repeat("A", 43), "SEAT; seat=SEAT", "\x00", "%53"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, header, cookie string) {
		header, cookie = strings.ReplaceAll(header, "SEAT", mine), strings.ReplaceAll(cookie, "SEAT", mine)
		r := &http.Request{Header: http.Header{"Seat": {header}, "Cookie": {"seat=" + cookie}}}
		found := seats.Find(r)
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
				requests = append(requests, bring("", seats.Find(bring("")).Value))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				seats.Find(requests[i%n])
			}
		})
	}
}

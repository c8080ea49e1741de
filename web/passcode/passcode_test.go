package passcode

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"twodoors/web/door"
	"twodoors/web/httpio"
)

// from is a request of an address, with the cookies that an earlier answer set.
func from(address string, cookies ...*http.Cookie) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/servers/passcode", nil)
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	return r.WithContext(door.WithClient(r.Context(), &door.Client{Address: address}))
}

// fromSeat is a request of a seat at an address.
func fromSeat(address, seat string) *http.Request {
	r := from(address)
	return r.WithContext(door.WithClient(r.Context(), &door.Client{Address: address, Seat: seat}))
}

// Many who are in one room enter it at once, and one of them who guesses keeps nobody out.
func TestGuessesKeepNobodyOut(t *testing.T) {
	t.Parallel()
	p := New("open sesame", []byte("a key"))
	try := func(seat, code string) error {
		return p.Enter(httptest.NewRecorder(), fromSeat("192.0.2.1", seat), code)
	}
	for range 40 {
		if err := try("lecturer", "open sesame"); err != nil {
			t.Fatalf("the right passcode is refused: %v", err)
		}
	}
	refused := 0
	for range 60 {
		if fault, ok := try("guesser", "please").(*httpio.Fault); ok && fault.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 40 {
		t.Errorf("%d of 60 guesses are throttled", refused)
	}
	if err := try("lecturer", "open sesame"); err != nil {
		t.Errorf("after the guesses the lecturer is refused: %v", err)
	}
}

func enter(p *Passcode, address, code string) (*http.Response, int) {
	w := httptest.NewRecorder()
	err := p.Enter(w, from(address), code)
	if fault, ok := err.(*httpio.Fault); ok {
		return w.Result(), fault.Status
	}
	return w.Result(), http.StatusOK
}

// Whoever enters the passcode is known by a cookie, and nobody else is.
func TestPasscode(t *testing.T) {
	t.Parallel()
	p := New("open sesame", []byte("a key"))
	if p.KnownTo(from("192.0.2.1")) {
		t.Error("known without a cookie")
	}
	answer, status := enter(p, "192.0.2.1", "open sesame")
	if status != http.StatusOK || len(answer.Cookies()) != 1 || !p.KnownTo(from("192.0.2.1", answer.Cookies()...)) {
		t.Fatalf("%d, %v", status, answer.Cookies())
	}
	mark := answer.Cookies()[0]
	if mark.Value == "open sesame" || !mark.HttpOnly || mark.SameSite != http.SameSiteStrictMode {
		t.Errorf("%+v", mark)
	}
	for _, code := range []string{"", "open sesam", "open sesamee", "Open Sesame", mark.Value} {
		if answer, status := enter(p, "192.0.2.2", code); status != http.StatusForbidden || len(answer.Cookies()) != 0 {
			t.Errorf("%q: %d", code, status)
		}
	}
	if !New("open sesame", []byte("a key")).KnownTo(from("192.0.2.1", mark)) {
		t.Error("the mark of an earlier start of the same site is not known")
	}
	for _, other := range []*Passcode{New("open sesam", []byte("a key")), New("open sesame", []byte("another key"))} {
		if other.KnownTo(from("192.0.2.1", mark)) {
			t.Error("the mark of another passcode or of another site is good")
		}
	}
	if !(*Passcode)(nil).KnownTo(from("192.0.2.1")) {
		t.Error("without a passcode somebody may not")
	}
}

// Guesses are throttled by address: the right passcode, too, waits after too many, and
// comes through from elsewhere. A right one does not count.
func TestPasscodeGuesses(t *testing.T) {
	t.Parallel()
	p := New("open sesame", []byte("a key"))
	for range 3 * rate.Burst {
		if _, status := enter(p, "192.0.2.1", "open sesame"); status != http.StatusOK {
			t.Fatalf("the right one: %d", status)
		}
	}
	for range rate.Burst {
		if _, status := enter(p, "192.0.2.1", "guess"); status != http.StatusForbidden {
			t.Fatalf("a guess: %d", status)
		}
	}
	if answer, status := enter(p, "192.0.2.1", "open sesame"); status != http.StatusTooManyRequests || answer.Header.Get("Retry-After") == "" {
		t.Errorf("after too many guesses: %d", status)
	}
	if _, status := enter(p, "192.0.2.2", "open sesame"); status != http.StatusOK {
		t.Errorf("from elsewhere: %d", status)
	}
}

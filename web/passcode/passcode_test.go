package passcode

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/web/door"
	"twodoors/web/httpio"
)

// table is the table of attempts of a new database.
func table(t *testing.T) *data.Attempts {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db.Attempts
}

// meeting is a table that holds the first readers back until as many have read as there may be wrong passcodes.
type meeting struct {
	*data.Attempts
	reads atomic.Int64
	first sync.WaitGroup
}

func (m *meeting) Wait(ctx context.Context, charges []data.Charge, now time.Time) (time.Duration, error) {
	wait, err := m.Attempts.Wait(ctx, charges, now)
	if m.reads.Add(1) <= int64(rate.Burst) {
		m.first.Done()
		m.first.Wait()
	}
	return wait, err
}

// C3, A10: guesses that all read the count before any of them is counted get no more tries than others.
func TestPasscodeGuessesAtTheSameInstant(t *testing.T) {
	t.Parallel()
	shared := &meeting{Attempts: table(t)}
	shared.first.Add(rate.Burst)
	p := New("open sesame", []byte("a key"), shared, time.Now)
	var entering sync.WaitGroup
	var wrong atomic.Int64
	for range 10 * rate.Burst {
		entering.Go(func() {
			if _, status := enter(p, "192.0.2.1", "guess"); status == http.StatusForbidden {
				wrong.Add(1)
			}
		})
	}
	entering.Wait()
	if wrong.Load() != int64(rate.Burst) {
		t.Errorf("%d guesses were taken", wrong.Load())
	}
	restarted := New("open sesame", []byte("a key"), shared, time.Now)
	if _, status := enter(restarted, "192.0.2.1", "open sesame"); status != http.StatusTooManyRequests {
		t.Errorf("after a restart: %d", status)
	}
}

// While the database is away nobody enters the passcode, right or wrong.
func TestPasscodeThatCannotBeCounted(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	p := New("open sesame", []byte("a key"), db.Attempts, time.Now)
	for _, code := range []string{"guess", "open sesame"} {
		if answer, status := enter(p, "192.0.2.1", code); status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || len(answer.Cookies()) != 0 {
			t.Errorf("%q: %d", code, status)
		}
	}
}

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
	p := New("open sesame", []byte("a key"), table(t), time.Now)
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
	p := New("open sesame", []byte("a key"), table(t), time.Now)
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
	if !New("open sesame", []byte("a key"), table(t), time.Now).KnownTo(from("192.0.2.1", mark)) {
		t.Error("the mark of an earlier start of the same site is not known")
	}
	for _, other := range []*Passcode{New("open sesam", []byte("a key"), nil, time.Now), New("open sesame", []byte("another key"), nil, time.Now)} {
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
	p := New("open sesame", []byte("a key"), table(t), time.Now)
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

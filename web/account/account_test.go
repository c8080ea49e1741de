package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/turns"
)

// nobody is a table without accounts.
type nobody struct{}

func (nobody) Where() string { return "nowhere" }
func (nobody) ByName(context.Context, string) (data.User, string, error) {
	return data.User{}, "", data.ErrNotFound
}
func (nobody) Create(context.Context, string, string, string, string, time.Time) (data.User, error) {
	return data.User{}, data.ErrTaken
}
func (nobody) SetPassword(context.Context, data.User, string, time.Time) (data.User, error) {
	return data.User{}, data.ErrChanged
}
func (nobody) SetRole(context.Context, string, string, string) (data.User, error) {
	return data.User{}, data.ErrNotAdmin
}
func (nobody) Count(context.Context) (int, error)                              { return 0, nil }
func (nobody) CreateFirst(context.Context, []data.NewAccount, time.Time) error { return data.ErrTaken }

// L5: of 300 hashes at once a few run, a bounded number waits, and the others are
// told to come back without waiting.
func TestHashingIsBounded(t *testing.T) {
	t.Parallel()
	h := newHashing(boundless)
	const all = 300
	running, most := atomic.Int64{}, atomic.Int64{}
	hold, refused, ended := make(chan struct{}), make(chan error, all), sync.WaitGroup{}
	for i := range all {
		ended.Go(func() {
			done, err := h.queue.Turn(context.Background(), turns.Of(from(fmt.Sprint(i%100), ""), false))
			if err != nil {
				refused <- err
				return
			}
			for n := running.Add(1); ; {
				old := most.Load()
				if n <= old || most.CompareAndSwap(old, n) {
					break
				}
			}
			<-hold
			running.Add(-1)
			done()
		})
	}
	for range all - waiting.All - h.queue.AtOnce { // these are answered while all turns are taken
		if err := <-refused; !errors.Is(err, turns.ErrFull) {
			t.Error(err)
		}
	}
	close(hold)
	ended.Wait()
	if most.Load() > int64(h.queue.AtOnce) {
		t.Errorf("%d ran at once", most.Load())
	}
}

// L5, L4: a password that was not looked at, as too many waited, is no attempt:
// a class that logs in at the same moment and tries again is not locked out.
func TestBusyIsNoAttempt(t *testing.T) {
	t.Parallel()
	d := New(nobody{}, func() time.Time { return time.Unix(1e9, 0) })
	d.hashing.queue = turns.Queue{} // there is no turn, and no room to wait for one
	own := from("a", "s")
	ctx := door.WithClient(t.Context(), &own)
	for i := range 3 * perAddress.Burst {
		_, err := d.Check(ctx, "ada", "lovelace")
		if refusal, ok := errors.AsType[*door.Refusal](err); !ok || refusal.Status != 503 || refusal.RetryAfter <= 0 {
			t.Fatalf("login %d: %v", i, err)
		}
	}
}

// L3: what may be a password; nothing is cut off.
func TestPasswordsThatAreRefused(t *testing.T) {
	t.Parallel()
	for password, good := range map[string]bool{
		"quiet evening": true, "        x": true, strings.Repeat("ü", 128): true, strings.Repeat("ü", 129): false, "ééééééé": false,
		"雪が降っている夜": true, "password": false, "PassWord": false, "12345678": false, "adalovelace": false, "AdaLovelace": false, "a\xffbcdefgh": false, "": false,
	} {
		if fault := weakness(password, "AdaLovelace"); (fault == "") != good {
			t.Errorf("%q: %q", password, fault)
		}
	}
	h := newHashing(boundless)
	long := strings.Repeat("a", 100)
	hash, err := h.hash(t.Context(), turns.Path{}, long)
	if err != nil {
		t.Fatal(err)
	}
	for password, same := range map[string]bool{long: true, long + "b": false, long[:99]: false} {
		if match, err := h.matches(t.Context(), turns.Path{}, password, hash, true); err != nil || match != same {
			t.Errorf("%d characters: %t %v", len(password), match, err)
		}
	}
	if match, err := h.matches(t.Context(), turns.Path{}, long, hash, false); err != nil || match {
		t.Errorf("an unknown name matches: %t %v", match, err)
	}
}

// L7, C6: names that people cannot tell apart are one, and none can hide anything.
func TestNamesFold(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{{"ada", "ADA"}, {"ada", "ａｄａ"}, {"émile", "E\u0301mile"}} {
		if fold(same[0]) != fold(same[1]) {
			t.Errorf("%q and %q are two", same[0], same[1])
		}
	}
	for _, name := range []string{"", " ", "a b", "a\nb", "a\x00", "\u202eada", "a\u200bb", "a\ufeff", "<b>", "a\u2028", "\xff", strings.Repeat("a", 33), strings.Repeat("a", 1<<20)} {
		if nameFault(name) == "" {
			t.Errorf("%.40q is taken", name)
		}
	}
}

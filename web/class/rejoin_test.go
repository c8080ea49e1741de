package class

import (
	"testing"
	"time"

	"twodoors/web/limit"
)

// A word lets one person in, once, for a minute; a later one takes its place.
func TestWordIsGoodOnceForAMinute(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	w := words{tries: limit.New[string](1)}
	first, other := w.make("A", now), w.make("B", now)
	second := w.make("A", now)
	for _, use := range []struct {
		word   string
		at     time.Duration
		person string
	}{
		{first, time.Second, ""}, {second, time.Second, "A"}, {second, 2 * time.Second, ""}, {"", 2 * time.Second, ""},
		{other, wordLasts, ""},
	} {
		person, good := w.use(use.word, now.Add(use.at))
		if good != (use.person != "") || good && person != use.person {
			t.Errorf("%q after %v lets in %q, %t", use.word, use.at, person, good)
		}
	}
}

package account

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/door"
)

// one is a table with one account, whose stored hash is damaged.
type one struct{ nobody }

func (one) ByName(context.Context, string) (data.User, string, error) {
	return data.User{ID: 7, Username: "bob"}, "$argon2id$v=19$m=1", nil
}

// A password whose stored hash is damaged is refused with a sentence that says so, at login and at
// a change, and the log gets the cause.
func TestDamagedHashIsTold(t *testing.T) {
	t.Parallel()
	d := New(one{}, databases(t)().Attempts, func() time.Time { return time.Unix(1e9, 0) })
	for which, ask := range map[string]func() error{
		"login": func() error { _, err := d.Check(t.Context(), "bob", "quiet evening"); return err },
		"change": func() error {
			_, err := d.ChangePassword(t.Context(), "bob", "quiet evening", "loud morning")
			return err
		},
	} {
		refusal, ok := errors.AsType[*door.Refusal](ask())
		if !ok || refusal.Status != 500 || !strings.Contains(refusal.Detail, "Trying again will not help") || !errors.Is(refusal.Cause, errUnreadable) || refusal.RetryAfter > 0 {
			t.Errorf("%s: %+v", which, refusal)
		}
	}
}

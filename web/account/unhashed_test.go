package account

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/turns"
)

// one is a table with one account, whose stored hash is damaged.
type one struct{ nobody }

func (one) ByName(context.Context, string) (data.User, string, error) {
	return data.User{ID: 7, Username: "bob"}, "$argon2id$v=19$m=1", nil
}

// Why a password was not hashed is told apart at login, at sign-up and at a change: only
// what passes by itself is answered with "try again", and the log gets each cause.
func TestWhyAPasswordWasNotHashed(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Unix(1e9, 0) }
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for what, c := range map[string]struct {
		users  Users
		full   bool // too many wait
		taken  bool // every turn is
		ctx    context.Context
		status int
		detail string
		cause  error
	}{
		"too many wait":      {nobody{}, true, false, t.Context(), 503, "Too many people", turns.ErrFull},
		"the visitor left":   {nobody{}, false, true, gone, 503, "Your request ended", context.Canceled},
		"the hash is broken": {one{}, false, false, t.Context(), 500, "Trying again will not help", errUnreadable},
	} {
		d := New(c.users, now)
		if c.taken {
			d.hashing.queue.AtOnce = 0
		}
		if c.full {
			d.hashing.queue = turns.Queue{}
		}
		asks := map[string]func() error{
			"login":  func() error { _, err := d.Check(c.ctx, "bob", "quiet evening"); return err },
			"change": func() error { _, err := d.ChangePassword(c.ctx, "bob", "quiet evening", "loud morning"); return err },
		}
		if c.cause != errUnreadable {
			asks["sign-up"] = func() error { _, err := d.SignUp(c.ctx, "bob", "quiet evening"); return err }
		}
		for which, ask := range asks {
			err := ask()
			refusal, ok := errors.AsType[*door.Refusal](err)
			if !ok || refusal.Status != c.status || !strings.Contains(refusal.Detail, c.detail) || !errors.Is(refusal.Cause, c.cause) || refusal.RetryAfter > 0 != (c.status == 503) {
				t.Errorf("%s, %s: %+v, cause %v", what, which, refusal, refusal.Unwrap())
			}
		}
	}
}

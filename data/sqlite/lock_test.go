package sqlite_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/data"
)

func keyNamed(id string) func() (data.Key, error) {
	return func() (data.Key, error) {
		return data.Key{ID: id, Algorithm: "HS256", Secret: []byte("secret of " + id), CreatedAt: time.Now()}, nil
	}
}

// What is there is read while another program holds the write lock; what is not there has
// to wait for it, and says so.
func TestWhatIsThereIsReadWithoutTheWriteLock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	first, err := db.Keys.FirstOf(t.Context(), "HS256", keyNamed("k-1"))
	if err != nil {
		t.Fatal(err)
	}
	secret, err := db.Secrets.Get(t.Context(), "seats")
	if err != nil {
		t.Fatal(err)
	}
	holdLock(t, path)
	again := open(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if key, err := again.Keys.FirstOf(ctx, "HS256", keyNamed("k-2")); err != nil || key.ID != first.ID {
		t.Errorf("%v, %v", key.ID, err)
	}
	if same, err := again.Secrets.Get(ctx, "seats"); err != nil || string(same) != string(secret) {
		t.Errorf("another secret, or %v", err)
	}
	if err := again.Keys.Adopt(ctx, first.ID, true, time.Now()); err != nil {
		t.Errorf("what is so already needs no lock: %v", err)
	}
	for what, ask := range map[string]func() error{
		"key":      func() error { _, err := again.Keys.FirstOf(ctx, "ES256", keyNamed("k-2")); return err },
		"proposal": func() error { _, err := again.Keys.Propose(ctx, "k-3", keyNamed("k-3")); return err },
		"adoption": func() error { return again.Keys.Adopt(ctx, "", true, time.Now()) },
		"secret":   func() error { _, err := again.Secrets.Get(ctx, "refresh"); return err },
	} {
		if err := ask(); !strings.Contains(data.Obstacle(err), "another program holds its write lock") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

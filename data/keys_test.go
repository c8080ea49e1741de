package data_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/data"
)

// locked holds the write lock of a database as another program would.
func locked(t *testing.T, path string) {
	t.Helper()
	other, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tx.Rollback() })
}

func keyNamed(id string) func() (data.Key, error) {
	return func() (data.Key, error) {
		return data.Key{ID: id, Algorithm: "HS256", Secret: []byte("secret of " + id), CreatedAt: time.Now()}, nil
	}
}

func living(t *testing.T, db *data.DB) (ids []string) {
	t.Helper()
	keys, err := db.Keys.Living(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		ids = append(ids, key.ID)
	}
	return ids
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
	locked(t, path)
	again := open(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if key, err := again.Keys.FirstOf(ctx, "HS256", keyNamed("k-2")); err != nil || key.ID != first.ID {
		t.Errorf("%v, %v", key.ID, err)
	}
	if same, err := again.Secrets.Get(ctx, "seats"); err != nil || string(same) != string(secret) {
		t.Errorf("another secret, or %v", err)
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

// K6, K7: of several processes that propose the same key one makes it, and it verifies
// nothing until it is adopted. Adopting it again, as after a lost answer, changes nothing.
func TestProposedKeyWaitsToBeAdopted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	if _, err := db.Keys.FirstOf(t.Context(), "HS256", keyNamed("k-old")); err != nil {
		t.Fatal(err)
	}
	var made sync.Map
	var proposing sync.WaitGroup
	for range 8 {
		proposing.Go(func() {
			mine := open(t, path)
			key, err := mine.Keys.Propose(t.Context(), "k-new", func() (data.Key, error) {
				key, _ := keyNamed("k-new")()
				key.Secret = []byte(time.Now().String())
				return key, nil
			})
			if err != nil {
				t.Error(err)
			}
			made.Store(string(key.Secret), true)
		})
	}
	proposing.Wait()
	different := 0
	made.Range(func(any, any) bool { different++; return true })
	if got := living(t, db); different != 1 || !slices.Equal(got, []string{"k-old"}) {
		t.Errorf("%d keys, living %v", different, got)
	}
	if err := db.Keys.Adopt(t.Context(), "k-gone", true, time.Now()); err == nil || !slices.Equal(living(t, db), []string{"k-old"}) {
		t.Errorf("a key that nobody has proposed: %v, living %v", err, living(t, db))
	}
	for _, step := range []struct {
		id     string
		retire bool
		living []string
	}{
		{"k-new", false, []string{"k-new", "k-old"}}, {"k-new", false, []string{"k-new", "k-old"}},
		{"k-new", true, []string{"k-new"}}, {"k-new", true, []string{"k-new"}}, {"", true, nil}, {"", true, nil},
	} {
		if err := db.Keys.Adopt(t.Context(), step.id, step.retire, time.Now()); err != nil || !slices.Equal(living(t, db), step.living) {
			t.Errorf("%+v: %v, living %v", step, err, living(t, db))
		}
	}
	if err := db.Keys.Adopt(t.Context(), "k-new", true, time.Now()); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"k-new", ""} { // whoever restored a backup by hand may have left rows without a name
		execute(t, path, "UPDATE signing_keys SET retired_at = NULL; INSERT INTO signing_keys (kid, alg, secret, created_at) VALUES (NULL, 'HS256', x'00', 0)")
		if err := db.Keys.Adopt(t.Context(), id, true, time.Now()); err != nil || len(living(t, db)) != min(len(id), 1) {
			t.Errorf("adopt %q beside a key without a name: %v, living %q", id, err, living(t, db))
		}
	}
	if err := db.Keys.Adopt(t.Context(), "k-new", true, time.Now()); err != nil {
		t.Error(err)
	}
	locked(t, path)
	if err := db.Keys.Adopt(t.Context(), "k-new", true, time.Now()); err != nil {
		t.Errorf("what is so already needs no lock: %v", err)
	}
}

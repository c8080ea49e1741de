package token_test

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/web/token"
)

// K7: servers that start together on an empty database end up with one key.
func TestServersThatStartTogetherShareOneKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "t.db")
	var starting sync.WaitGroup
	for range 8 {
		starting.Go(func() {
			db, err := sqlite.Open(context.Background(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if _, err := (&token.KeyStore{Table: db.Keys, Now: time.Now}).Load(context.Background(), token.Signing{Algorithm: token.HS256}); err != nil {
				t.Error(err)
			}
			if keys, err := db.Keys.Living(context.Background()); err != nil || len(keys) != 1 {
				t.Errorf("%d keys, %v", len(keys), err)
			}
		})
	}
	starting.Wait()
}

// table is a table of keys with one key in it.
type table struct {
	token.KeyTable
	key data.Key
}

func (t table) Where() string { return "a test" }

func (t table) FirstOf(context.Context, string, func() (data.Key, error)) (data.Key, error) {
	return t.key, nil
}

func (t table) Living(context.Context) ([]data.Key, error) { return []data.Key{t.key}, nil }

// K1, K8: a key that is short, guessable or of another kind stops the start, with
// one line that does not show it.
func TestBadKeysStopTheStart(t *testing.T) {
	t.Parallel()
	for _, key := range []data.Key{
		{ID: "k-1", Algorithm: "HS256"},
		{ID: "k-1", Algorithm: "HS256", Secret: []byte("a short secret")},
		{ID: "k-1", Algorithm: "HS256", Secret: bytes.Repeat([]byte{7}, 64)},
		{ID: "k-1", Algorithm: "HS256", Secret: bytes.Repeat([]byte("secret"), 8)},
		{ID: "k-1", Algorithm: "none", Secret: bytes.Repeat([]byte{7}, 64)},
	} {
		key.CreatedAt = time.Now()
		_, err := (&token.KeyStore{Table: table{key: key}, Now: time.Now}).Load(t.Context(), token.Signing{Algorithm: token.HS256})
		if err == nil || !strings.Contains(err.Error(), "k-1") || strings.Contains(err.Error(), "secretsecret") {
			t.Errorf("%+v: %v", key, err)
		}
	}
}

package session_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/redisd"
	"twodoors/web/session"
)

// opened is a store for one test.
type opened struct {
	session.Store
	away func() // takes away what it keeps its sessions in; nil when that is this process
}

// stores are all stores there are.
var stores = map[string]func(t testing.TB, db *data.DB, now func() time.Time) opened{
	"memory": func(_ testing.TB, _ *data.DB, now func() time.Time) opened {
		return opened{Store: session.NewMemoryStore(1, now)}
	},
	"database": func(_ testing.TB, db *data.DB, now func() time.Time) opened {
		return opened{session.NewDatabaseStore(db.Sessions, now), func() { db.Close() }}
	},
	"redis-server":   func(t testing.TB, _ *data.DB, now func() time.Time) opened { return openRedis(t, installed, now) },
	"redis stand-in": func(t testing.TB, _ *data.DB, now func() time.Time) opened { return openRedis(t, standIn, now) },
	"selector": func(_ testing.TB, _ *data.DB, now func() time.Time) opened {
		return opened{Store: session.NewSelector(session.NewMemoryStore(1, now))}
	},
}

func openRedis(t testing.TB, start func(context.Context, redisd.Config) (*redisd.Running, error), now func() time.Time) opened {
	url, stop := startRedis(t, start)
	store, err := session.NewRedisStore(url, "this-site", now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	for deadline := time.Now().Add(5 * time.Second); store.Ready(t.Context()) != nil; { // a busy machine is slow to connect
		if time.Now().After(deadline) {
			t.Fatal("Redis does not get ready")
		}
	}
	return opened{store, stop}
}

// underContract is a store, with an account in its database and a clock that a test moves.
type underContract struct {
	opened
	kind  string
	user  data.User
	ahead atomic.Int64 // nanoseconds
}

func (s *underContract) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

func (s *underContract) insert(t *testing.T, idHash, kept string, end time.Time) {
	t.Helper()
	if err := s.Insert(t.Context(), idHash, s.user, []byte(kept), end); err != nil {
		t.Fatalf("insert: %v", err)
	}
}

func (s *underContract) expect(t *testing.T, idHash, want string) {
	t.Helper()
	if got, err := s.Find(t.Context(), idHash); err != nil || !bytes.Equal(got, []byte(want)) {
		t.Errorf("%s: found %q, %v", idHash, got, err)
	}
}

func (s *underContract) expectNone(t *testing.T, idHash string) {
	t.Helper()
	if got, err := s.Find(t.Context(), idHash); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("%s: found %q, %v", idHash, got, err)
	}
}

// promises are the contract of every store.
var promises = map[string]func(t *testing.T, s *underContract){
	"what was inserted or updated is found": func(t *testing.T, s *underContract) {
		end := s.now().Add(time.Hour)
		s.insert(t, "one", "of ada", end)
		s.insert(t, "other", "of grace", end)
		s.expect(t, "one", "of ada")
		if err := s.Update(t.Context(), "one", []byte("of ada, later"), end); err != nil {
			t.Error(err)
		}
		s.expect(t, "one", "of ada, later")
		s.expect(t, "other", "of grace")
		s.expectNone(t, "third")
	},
	"an insert replaces nothing": func(t *testing.T, s *underContract) {
		s.insert(t, "one", "of ada", s.now().Add(time.Hour))
		if err := s.Insert(t.Context(), "one", s.user, []byte("of a thief"), s.now().Add(time.Hour)); err == nil {
			t.Error("a second one is inserted")
		}
		s.expect(t, "one", "of ada")
	},
	"an update adds nothing": func(t *testing.T, s *underContract) {
		s.insert(t, "one", "of ada", s.now().Add(time.Hour))
		if err := s.Delete(t.Context(), "one"); err != nil {
			t.Fatal(err)
		}
		for what, idHash := range map[string]string{"deleted": "one", "never inserted": "other"} {
			if err := s.Update(t.Context(), idHash, []byte("back"), s.now().Add(time.Hour)); !errors.Is(err, data.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
			s.expectNone(t, idHash)
			if err := s.Delete(t.Context(), idHash); err != nil {
				t.Errorf("%s: deleting nothing: %v", what, err)
			}
		}
	},
	"a session ends": func(t *testing.T, s *underContract) {
		end := s.now().Add(50 * time.Millisecond)
		s.insert(t, "one", "of ada", end)
		s.insert(t, "other", "of grace", s.now().Add(time.Hour))
		if err := s.Update(t.Context(), "other", []byte("of grace, later"), end); err != nil {
			t.Fatal(err)
		}
		s.ahead.Store(int64(2 * time.Second))
		for _, idHash := range []string{"one", "other"} {
			s.await(t, idHash) // Redis goes by a clock of its own
			s.Update(t.Context(), idHash, []byte("back"), end)
			s.expectNone(t, idHash)
		}
		s.Insert(t.Context(), "late", s.user, []byte("of ada"), s.now().Add(-2*time.Second))
		s.expectNone(t, "late")
	},
	"who deletes wins against who updates": func(t *testing.T, s *underContract) {
		end := s.now().Add(time.Hour)
		s.insert(t, "one", "of ada", end)
		var running sync.WaitGroup
		for i := range 8 {
			running.Go(func() {
				for n := range 10 {
					err := s.Update(t.Context(), "one", fmt.Appendf(nil, "%d of %d", n, i), end)
					if err != nil && !errors.Is(err, data.ErrNotFound) {
						t.Errorf("update: %v", err)
					}
					if n != i {
						continue
					}
					if err := s.Delete(t.Context(), "one"); err != nil {
						t.Errorf("delete: %v", err)
					}
				}
			})
		}
		running.Wait()
		s.expectNone(t, "one")
	},
	"a session is of the account that the login read": func(t *testing.T, s *underContract) {
		stale := s.user
		stale.SessionGeneration--
		err := s.Insert(t.Context(), "one", stale, []byte("of ada before"), s.now().Add(time.Hour))
		if s.kind == "database" {
			if !errors.Is(err, data.ErrChanged) {
				t.Errorf("inserted: %v", err)
			}
			s.expectNone(t, "one")
			return
		}
		if err != nil { // the others do not know accounts; the door refuses what they keep
			t.Error(err)
		}
	},
	"it counts what this process keeps": func(t *testing.T, s *underContract) {
		for i := range 3 {
			s.insert(t, fmt.Sprint(i), "of ada", s.now().Add(time.Hour))
		}
		if err := s.Delete(t.Context(), "1"); err != nil {
			t.Fatal(err)
		}
		want := 0
		if s.away == nil {
			want = 2
		}
		if n := s.Len(); n != want {
			t.Errorf("it keeps %d", n)
		}
	},
	"it says where it is, and that it is ready": func(t *testing.T, s *underContract) {
		want := map[string]string{"memory": "memory of server 1", "selector": "memory of server 1", "database": "SQLite"}[s.kind]
		if where := s.Where(); where != want && (want != "" || where != "Redis") {
			t.Errorf("it is in %q", where)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	},
	"one that cannot be reached says so, and at once": func(t *testing.T, s *underContract) {
		s.insert(t, "one", "of ada", s.now().Add(time.Hour))
		if s.away == nil {
			return // what is in this process can always be reached
		}
		s.away()
		start, end := time.Now(), s.now().Add(time.Hour)
		_, find := s.Find(t.Context(), "one")
		for what, err := range map[string]error{
			"find": find, "insert": s.Insert(t.Context(), "other", s.user, nil, end), "update": s.Update(t.Context(), "one", nil, end),
			"delete": s.Delete(t.Context(), "one"), "ready": s.Ready(t.Context()),
		} {
			if err == nil || errors.Is(err, data.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("five questions took %v", took)
		}
	},
}

// await waits until a session is not found any more.
func (s *underContract) await(t *testing.T, idHash string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		if _, err := s.Find(t.Context(), idHash); errors.Is(err, data.ErrNotFound) {
			return
		}
	}
	t.Errorf("%s: it is found after its end", idHash)
}

// S5, S6, S7, S11: what the door counts on, every store keeps.
func TestStoresKeepTheContract(t *testing.T) {
	t.Parallel()
	for kind, open := range stores {
		for promise, test := range promises {
			t.Run(kind+"/"+promise, func(t *testing.T) {
				t.Parallel()
				db, user := openDatabase(t)
				s := &underContract{kind: kind, user: user}
				s.opened = open(t, db, s.now)
				test(t, s)
			})
		}
	}
}

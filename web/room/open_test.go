package room_test

import (
	"os"
	"path/filepath"
	"testing"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/tests/prepared"
	"twodoors/web/room"
)

// A room on a copy of a template is opened sooner than one whose server makes the database,
// and sooner yet when no server waits for the disk.
func BenchmarkOpen(b *testing.B) {
	for _, start := range []struct {
		name  string
		put   func(path string)
		small room.Small
	}{
		{"new", func(path string) { os.WriteFile(path, nil, 0o600) }, room.Small{}},
		{"copy", func(path string) { prepared.Database(b, path) }, room.Small{}},
		{"disposable", func(path string) { prepared.Database(b, path) }, room.Small{Disposable: true}},
	} {
		b.Run(start.name, func(b *testing.B) {
			c := config(b)
			c.Small = start.small
			for b.Loop() {
				b.StopTimer()
				path := filepath.Join(b.TempDir(), "t.db")
				start.put(path)
				c.Program.Server = []string{"server", "--behind-front", "--listen=127.0.0.1:0"}
				b.StartTimer()
				r, err := room.Open(b.Context(), c)
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				r.Close()
				b.StartTimer()
			}
		})
	}
}

// Servers that wait for no disk share a key all the same, and one that is started again after a
// crash goes on with it.
func TestServersOfADisposableDatabaseAgree(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.Settings.Servers, c.Small.Disposable = 2, true
	path := filepath.Join(t.TempDir(), "t.db")
	prepared.Database(t, path)
	c.Database = untouched{path}
	r, err := room.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	before, first := keys(t, path), r.Status().Servers[0].PID
	kill(t, first)
	until(t, r, "it serves again", func(now room.Status) bool {
		return now.Servers[0].State == room.Ready && now.Servers[0].PID != first
	})
	if now := keys(t, path); len(before) != 1 || len(now) != 1 || now[0].ID != before[0].ID {
		t.Errorf("%d keys, then %d", len(before), len(now))
	}
}

func keys(t *testing.T, path string) []data.Key {
	t.Helper()
	db, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	living, err := db.Keys.Living(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return living
}

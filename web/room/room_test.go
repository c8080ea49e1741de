package room_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"twodoors/tests/prepared"
	"twodoors/tests/site"
	"twodoors/web/door"
	"twodoors/web/room"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

func TestMain(m *testing.M) { os.Exit(site.RunTests(m)) }

// untouched is a database that nobody takes away.
type untouched struct{ path string }

func (u untouched) Name() string          { return "t.db" }
func (untouched) Kind() settings.Database { return settings.SQLite }
func (u untouched) Path() string          { return u.path }
func (untouched) Prepare() error          { return nil }
func (untouched) InPlace() error          { return nil }
func (untouched) Remove() error           { return nil }

// output is what the processes log.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// config is that of a room of the real program, on a database of its own.
func config(t testing.TB) room.Config {
	t.Helper()
	db := filepath.Join(t.TempDir(), "t.db")
	prepared.Database(t, db)
	log := &output{}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log)
		}
	})
	return room.Config{
		Settings: settings.Settings{Servers: 1, Balance: settings.BalanceSticky, Doors: settings.Doors{
			Store: settings.StoreMemory, Alg: settings.AlgHS256, Keys: settings.KeysShared, Revocation: settings.RevocationOff,
			AccessLifetime: time.Minute, RefreshLifetime: time.Hour, SessionIdle: time.Minute, SessionLifetime: time.Hour,
		}},
		Name: "stage", Kind: room.Stage, MaxServers: room.MaxServers, Database: untouched{db}, Now: time.Now,
		Program: room.Program{
			Executable: site.Program(), Server: []string{"server", "--behind-front", "--listen=127.0.0.1:0"},
			Redis: []string{"redis"}, Log: log,
		},
	}
}

func open(t *testing.T, change ...func(*room.Config)) *room.Room {
	t.Helper()
	c := config(t)
	for _, change := range change {
		change(&c)
	}
	r, err := room.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func servers(n int) func(*room.Config) { return func(c *room.Config) { c.Settings.Servers = n } }

// until waits for a change of the room after which a condition holds.
func until(t *testing.T, r *room.Room, what string, holds func(room.Status) bool) {
	t.Helper()
	news, end := r.Watch()
	defer end()
	deadline := time.After(30 * time.Second)
	for !holds(r.Status()) {
		select {
		case <-news:
		case <-deadline:
			t.Fatalf("not within 30 s: %s: %+v", what, r.Status())
		}
	}
}

func kill(t *testing.T, pid int) {
	t.Helper()
	p, err := os.FindProcess(pid)
	if err != nil || pid == 0 {
		t.Fatalf("no process %d: %v", pid, err)
	}
	p.Kill()
}

func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}

// kindOf is that of a refusal, 0 of everything else.
func kindOf(err error) room.RefusalKind {
	if refusal, ok := errors.AsType[*room.Refusal](err); ok {
		return refusal.Kind
	}
	return 0
}

// get sends a request to a server, and returns its status.
func get(t *testing.T, s *room.Server, path string) (int, error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r = r.WithContext(trace.With(door.WithClient(r.Context(), &door.Client{Address: "127.0.0.1"}), &trace.Trace{ID: trace.NewID()}))
	answer, err := s.RoundTrip(r, time.Now().Add(10*time.Second))
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

// A room that is open serves, and one that is closed has left no process behind.
func TestRoomServesUntilItIsClosed(t *testing.T) {
	t.Parallel()
	r := open(t, servers(3))
	now := r.Status()
	if len(now.Servers) != 3 || now.Settings.Servers != 3 || now.Store.State != "up" {
		t.Fatalf("%+v", now)
	}
	for range 3 {
		picked, ok := r.Pick(room.Client{})
		if !ok {
			t.Fatal("no server is picked")
		}
		if status, err := get(t, picked.Server, "/api/session/me"); status != http.StatusUnauthorized {
			t.Errorf("server %d: %d, %v", picked.Server.Number, status, err)
		}
	}
	r.Close()
	for _, s := range now.Servers {
		if alive(s.PID) {
			t.Errorf("process %d of server %d is still there", s.PID, s.Number)
		}
	}
	if _, ok := r.Pick(room.Client{}); ok {
		t.Error("a closed room picks a server")
	}
}

// A room that cannot be opened says why in a sentence, and leaves nothing behind.
func TestRoomThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*room.Config){
		"no such program":        func(c *room.Config) { c.Program.Executable = filepath.Join(t.TempDir(), "nowhere") },
		"a server that ends":     func(c *room.Config) { c.Program.Server = []string{"version"} },
		"a database that is not": func(c *room.Config) { c.Database = untouched{filepath.Join(t.TempDir(), "none.db")} },
		"a database taken away":  func(c *room.Config) { c.Database = gone{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(t)
			spoil(&c)
			r, err := room.Open(t.Context(), c)
			if err == nil {
				r.Close()
				t.Fatal("it is open")
			}
			if !strings.HasPrefix(err.Error(), "server 1 did not start; ") && !strings.HasPrefix(err.Error(), "the room has no database: gone; ") {
				t.Errorf("it says %q", err)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := room.Open(ctx, config(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

// gone is a database that somebody has taken away.
type gone struct{ untouched }

func (gone) InPlace() error { return errors.New("gone") }

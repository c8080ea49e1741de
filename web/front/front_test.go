package front_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/tests/prepared"
	"twodoors/tests/site"
	"twodoors/web/class"
	"twodoors/web/edge"
	"twodoors/web/front"
	"twodoors/web/lab"
	"twodoors/web/lab/catalog"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

func TestMain(m *testing.M) { os.Exit(site.RunTests(m)) }

// stageDatabase is the one that the stage's servers share with its front.
type stageDatabase struct {
	*data.DB
	path string
}

func (stageDatabase) Name() string            { return "t.db" }
func (stageDatabase) Kind() settings.Database { return settings.SQLite }
func (d stageDatabase) Path() string          { return d.path }
func (stageDatabase) Prepare() error          { return nil }
func (stageDatabase) Remove() error           { return nil }

func openStage(t *testing.T, servers int) (*room.Room, *data.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.db")
	prepared.Database(t, path)
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	stage, err := room.Open(t.Context(), room.Config{
		Name: "stage", Kind: room.Stage, MaxServers: room.MaxServers, Settings: settings.Settings{Servers: servers, Balance: settings.BalanceSticky, Doors: settings.Doors{
			Store: settings.StoreMemory, Alg: settings.AlgHS256, Keys: settings.KeysShared, Revocation: settings.RevocationOff,
			AccessLifetime: time.Minute, RefreshLifetime: time.Hour, SessionIdle: time.Minute, SessionLifetime: time.Hour,
		}},
		Database: stageDatabase{db, path}, Now: time.Now,
		Program: room.Program{
			Executable: site.Program(), Server: []string{"server", "--behind-front", "--listen=127.0.0.1:0"}, Log: t.Output(),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stage.Close)
	return stage, db
}

// openFront is a front before a stage, as visitors reach it.
func openFront(ctx context.Context, stage *room.Room, db *data.DB) (http.Handler, func(), error) {
	traces, seats, closing := trace.NewLog(), seat.New(make([]byte, 32)), make(chan struct{})
	all := rooms.New(rooms.Config{Stage: stage, Now: time.Now})
	labs, err := lab.Open(ctx, lab.Config{
		All: catalog.Labs(), Table: db.Progress, Rooms: all, Traces: traces, Seats: seats, Turns: turns.New(2), Closing: closing, Now: time.Now,
	})
	if err != nil {
		return nil, nil, err
	}
	facing := edge.Facing{Hosts: edge.NewHosts(nil), Seats: seats, Traces: traces, Room: all.NameOf, Observe: labs.Observe, Now: time.Now}
	classes, err := class.Open(ctx, class.Config{Table: db.Classes, Embeds: db.Embeds, Labs: labs, Rooms: all, Traces: traces, Seats: seats, Keep: time.Hour, Now: time.Now})
	if err != nil {
		return nil, nil, err
	}
	f := front.New(front.Config{
		Rooms: all, Labs: labs, Class: classes, Traces: traces, Seats: seats, Entry: facing.Visitors, Static: http.NotFoundHandler(), Turns: turns.New(2), Closing: closing, Now: time.Now,
	})
	return f.Handler(), func() { close(closing); f.Close(); classes.Close(); labs.Close() }, nil
}

func get(handler http.Handler, path string) int {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	r.RemoteAddr = "127.0.0.1:1234"
	handler.ServeHTTP(w, r)
	return w.Code
}

// A front is complete when it is made, whatever its servers do meanwhile.
func TestFrontsComeAndGoWhileServersDie(t *testing.T) {
	t.Parallel()
	stage, db := openStage(t, 3)
	enough, killed := make(chan struct{}), make(chan int)
	go func() {
		deaths := 0
		defer func() { killed <- deaths }()
		for {
			for _, s := range stage.Status().Servers {
				select {
				case <-enough:
					return
				default:
				}
				if p, err := os.FindProcess(s.PID); s.PID != 0 && err == nil && p.Kill() == nil {
					deaths++
				}
			}
		}
	}()
	for range 100 {
		handler, closed, err := openFront(t.Context(), stage, db)
		if err != nil {
			t.Fatal(err)
		}
		if status := get(handler, "/servers"); status != http.StatusOK {
			t.Errorf("/servers: %d", status)
		}
		if status := get(handler, "/api/session/me"); status != http.StatusUnauthorized && status != http.StatusServiceUnavailable {
			t.Errorf("/api/session/me: %d", status)
		}
		closed()
	}
	close(enough)
	if deaths := <-killed; deaths < 3 {
		t.Errorf("servers were killed %d times", deaths)
	}
}

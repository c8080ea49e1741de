// Package room is a room: settings, and everything that goes by them. It has servers, which
// are processes, a supervisor that keeps them running, a Redis when sessions are to be kept
// in one, and a journal of what happened to them. Its database is a file that its servers
// share.
//
// A room is a value: Open makes one, and Close leaves nothing of it. It knows servers as
// processes with an address. It knows nothing of routes, pages, cookies, doors and labs.
// Start reading at Open; a request goes to a server by Pick and RoundTrip, and a server's
// life is in supervise.go.
package room

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/web/settings"
)

// Config is what a room needs.
type Config struct {
	Settings settings.Settings
	Program  Program
	Database Database
	Redis    string // URL of a Redis that is not the room's; empty when the room runs one
	Small    Small
	Now      func() time.Time
}

// Program is how the room's processes are started.
type Program struct {
	Executable string
	Server     []string  // arguments that make it a server
	Redis      []string  // arguments that make it a Redis
	Env        []string  // of the processes, beside that of this one, as "GOMAXPROCS=2"
	Log        io.Writer // gets what the processes log, in whole lines
}

// Small is what sets a room that many have beside them apart from the stage. Its zero value
// sets none apart.
type Small struct {
	Disposable bool  // the database goes with the room, so no server waits for the disk
	Memory     int64 // what a server holds itself to, in bytes, but for hashing; 0 for no limit
	Sessions   int   // that a server keeps in its memory: a new one evicts the one unused for longest; 0 for no limit
	Redis      int64 // what a Redis that the room runs holds itself to, in bytes; 0 for its default
}

// Database is the one that the room's servers share.
type Database interface {
	Name() string   // for people, as "twodoors.db"
	InPlace() error // nil while the servers can use the one that was opened
}

// Room is a room that is open.
type Room struct {
	program  Program
	database Database
	small    Small
	now      func() time.Time
	secret   string // that servers know the front by
	opened   time.Time
	journal  *journal
	redis    *redis

	choosing sync.Mutex // held by whoever reads settings to change them
	changing sync.Mutex // held while settings change, and while a server begins to serve
	version  int        // of the settings and keys: one more with each change
	doors    atomic.Pointer[settings.Doors]
	balancer atomic.Pointer[balancer]

	counting sync.Mutex // held while servers are added or removed
	servers  atomic.Pointer[[]*Server]

	ctx     context.Context
	end     context.CancelFunc
	running sync.WaitGroup
}

// Open starts a room's servers, and its Redis when the settings want one, and waits until
// all of them serve, or ctx ends. Its error is one sentence for the person at the terminal;
// then nothing of the room is left.
func Open(ctx context.Context, c Config) (*Room, error) {
	r := &Room{program: c.Program, database: c.Database, small: c.Small, now: c.Now, secret: rand.Text(), opened: c.Now()}
	r.ctx, r.end = context.WithCancel(context.Background())
	doors := c.Settings.Doors
	r.doors.Store(&doors)
	r.balancer.Store(newBalancer(c.Settings.Balance))
	r.journal = newJournal(c.Now)
	r.redis = newRedis(c.Redis, c.Program, c.Small.Redis, r.journal)
	if err := r.start(ctx, c.Settings.Servers); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Room) start(ctx context.Context, servers int) error {
	if r.usesRedis() {
		if err := r.redis.open(ctx); err != nil {
			return cmp.Or(ctx.Err(), errors.New("the store did not start; the lines above say why"))
		}
	}
	for range servers {
		if _, err := r.add(""); err != nil {
			return err
		}
	}
	within, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for _, s := range r.all() {
		if err := s.await(within, s.hasStarted); err != nil || s.serving() == nil {
			return cmp.Or(ctx.Err(), fmt.Errorf("server %d did not start; the lines above say why", s.Number))
		}
	}
	return nil
}

// Close lets every server finish its requests, ends it, and then ends the Redis.
func (r *Room) Close() {
	r.end()
	r.running.Wait()
	r.redis.close()
}

// Settings are what the room goes by now.
func (r *Room) Settings() settings.Settings {
	return settings.Settings{Servers: len(r.all()), Balance: r.balancer.Load().name, Doors: *r.doors.Load()}
}

// Opened is when the room was.
func (r *Room) Opened() time.Time { return r.opened }

// Database is what the room's database is called.
func (r *Room) Database() string { return r.database.Name() }

// InPlace is nil while the servers can use the room's database.
func (r *Room) InPlace() error { return r.database.InPlace() }

// inMemory reports whether sessions are kept in each server's memory.
func (r *Room) inMemory() bool { return r.doors.Load().Store == settings.StoreMemory }

// Package room is a room: settings, and everything that goes by them. It has servers, which
// are processes, a supervisor that keeps them running, a Redis when sessions are to be kept
// in one, and a journal of what happened to them. Its database is a file that its servers
// share.
//
// A room is a value: New makes one that is asleep, Wake starts its processes, Sleep ends
// them, and Close leaves nothing of it. It knows servers as processes with an address. It
// knows nothing of routes, pages, cookies, doors and labs, nor whose it is. Start reading at
// Open; a request goes to a server by Pick and RoundTrip, and a server's life is in
// supervise.go.
package room

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/data"
	"twodoors/web/settings"
)

// Config is what a room needs.
type Config struct {
	Name       string // as "k3f9"; the stage's is "stage"
	Kind       Kind
	Site       string // the site's public id
	Title      string // what it is for, as "the lab “Restart”"
	Settings   settings.Settings
	MaxServers int // that it may have, 9 at most
	Program    Program
	Database   Database
	Redis      string // URL of a Redis that is not the room's; empty when the room runs one
	Small      Small
	Processes  Bound // on those of all rooms; nil for none
	Now        func() time.Time
}

// Kind is what a room is for.
type Kind string

// The kinds of rooms.
const (
	Stage      Kind = "stage"      // everybody shares it
	Own        Kind = "own"        // a visitor opened it
	Lab        Kind = "lab"        // a lab opened it for a visitor
	Experiment Kind = "experiment" // an experiment runs in it
)

// Bound is on how many processes there may be.
type Bound interface {
	// Take counts processes that are about to start. Its error is a Refusal.
	Take(n int) error
	// Give counts processes that have ended.
	Give(n int)
}

// Program is how the room's processes are started.
type Program struct {
	Executable string
	Server     []string  // arguments that make it a server
	Redis      []string  // arguments that make it a Redis
	Env        []string  // of the processes, beside that of this one, as "GOMAXPROCS=2"
	Starts     Starts    // of servers, at the same time
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
	Name() string            // for people, as "twodoors.db"
	Kind() settings.Database // which it is
	Path() string            // where servers open it, once it was prepared; nobody is shown it
	Prepare() error          // makes it before the room's first server starts, if it is not there yet
	InPlace() error          // nil while the servers can use the one that was prepared
	Remove() error           // when the room has ended, if it was the room's alone
}

// Room is settings, and everything that goes by them.
type Room struct {
	name     string
	kind     Kind
	title    string
	site     string
	max      int
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

	counting  sync.Mutex // held while servers are added or removed
	servers   atomic.Pointer[[]*Server]
	processes Bound
	tallying  sync.Mutex
	taken     int // of the bound, guarded by tallying

	waking sync.Mutex // held while the room falls asleep or wakes
	sleep  sleep

	ctx     context.Context
	end     context.CancelFunc
	running sync.WaitGroup
}

// New returns a room that is asleep and has not started anything. Whoever has it closes it.
func New(c Config) *Room {
	r := &Room{
		name: c.Name, kind: c.Kind, title: c.Title, site: c.Site, max: c.MaxServers, program: c.Program, database: c.Database, small: c.Small, processes: c.Processes,
		now: c.Now, secret: rand.Text(), opened: c.Now(), sleep: sleep{asleep: true, changed: make(chan struct{})},
	}
	r.ctx, r.end = context.WithCancel(context.Background())
	doors := c.Settings.Doors
	r.doors.Store(&doors)
	r.balancer.Store(newBalancer(c.Settings.Balance))
	r.journal = newJournal(c.Now)
	r.redis = newRedis(c.Redis, c.Site, c.Program, c.Small.Redis, r.journal)
	for range c.Settings.Servers {
		r.append("")
	}
	return r
}

// Open returns a room that is awake. Its error is one sentence for the person at the
// terminal; then nothing of the room is left.
func Open(ctx context.Context, c Config) (*Room, error) {
	r := New(c)
	if err := r.Wake(ctx); err != nil {
		r.Close()
		return nil, cmp.Or(ctx.Err(), fmt.Errorf("%w; the lines above say why", err))
	}
	return r, nil
}

// Close lets every server finish its requests, ends it, and then ends the Redis. Whoever
// wakes the room at that moment gives up.
func (r *Room) Close() {
	r.end()
	r.running.Wait()
	r.redis.close()
	r.waking.Lock()
	defer r.waking.Unlock()
	r.giveAll()
	if err := r.database.Remove(); err != nil {
		slog.Error("the database of a room is left", "room", r.name, "err", err)
	}
}

// Settings are what the room goes by now.
func (r *Room) Settings() settings.Settings {
	return settings.Settings{Servers: len(r.all()), Balance: r.balancer.Load().name, Doors: *r.doors.Load()}
}

// Name is what the room is called in credentials and addresses.
func (r *Room) Name() string { return r.name }

// Kind is what the room is for.
func (r *Room) Kind() Kind { return r.kind }

// Title is what the room is for, in words that follow "your room for". It is empty when its
// kind says it all.
func (r *Room) Title() string { return r.title }

// MaxServers is how many servers the room may have.
func (r *Room) MaxServers() int { return r.max }

// Opened is when the room was.
func (r *Room) Opened() time.Time { return r.opened }

// Database is what the room's database is called, as a file or by its address.
func (r *Room) Database() string { return r.database.Name() }

// Engine is what kind of database it is, as "SQLite".
func (r *Room) Engine() string { return r.database.Kind().Title() }

// InPlace is nil while the servers can use the room's database.
func (r *Room) InPlace() error { return r.database.InPlace() }

// obstacle is what keeps servers of the room from starting, as sentences for people. It is
// empty when the room knows of nothing.
func (r *Room) obstacle() string { return data.KindOf(r.database.InPlace()).Sentence() }

// inMemory reports whether sessions are kept in each server's memory.
func (r *Room) inMemory() bool { return r.doors.Load().Store == settings.StoreMemory }

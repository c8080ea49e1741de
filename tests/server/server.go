// Package server puts one server together for tests as cmd/twodoors does when it
// runs alone, but for the clock, which the tests set.
package server

import (
	"context"
	"net/http"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/tests/prepared"
	"twodoors/views/layout"
	"twodoors/web/account"
	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/inspector"
	"twodoors/web/seat"
	"twodoors/web/server"
	"twodoors/web/session"
	"twodoors/web/token"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// Server is one server with a database of its own.
type Server struct {
	http.Handler
	DB    *data.DB
	Path  string // of the database file
	Ring  *token.KeyStore
	Token *token.Door
	Seats *seat.Seats
	Clock *Clock
}

// Clock tells the real time, moved by what a test asked for.
type Clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

// Now is the time of the server.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// The lifetimes of a server for tests.
const (
	Idle     = 20 * time.Minute
	Lifetime = 12 * time.Hour
	Access   = 5 * time.Minute
	Refresh  = 24 * time.Hour
)

// Issuer is that of a server for tests, which is the stage of a site.
func Issuer() token.Issuer { return issuerOf("") }

func issuerOf(room string) token.Issuer {
	return token.IssuerOf("abcdefghij", door.Client{Room: room}.RoomName())
}

// New returns a server of the stage with the store "memory" or "sqlite".
func New(t testing.TB, store string) *Server {
	t.Helper()
	return InRoom(t, store, "")
}

// InRoom returns a server of a room of the same site.
func InRoom(t testing.TB, store, room string) *Server {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.db")
	prepared.Database(t, path)
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := &Server{DB: db, Path: path, Clock: &Clock{}, Seats: seat.New(make([]byte, 32))}
	now := s.Clock.Now
	s.Ring = &token.KeyStore{Table: db.Keys, Memory: trace.MemoryOf(1), Now: now}
	keys, err := s.Ring.Load(t.Context(), token.Signing{Algorithm: token.HS256})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := db.Secrets.Get(t.Context(), "refresh")
	if err != nil {
		t.Fatal(err)
	}
	accounts := account.New(db.Users, db.Attempts, now)
	if err := accounts.OpenDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept := session.NewMemoryStore(1, now)
	if store == "sqlite" {
		kept = session.NewDatabaseStore(db.Sessions, now)
	}
	page := func(title, active string) layout.Page { return layout.Page{Title: title, Active: active, Alone: true} }
	a := &server.Server{
		Identity: edge.Identity{Server: 1, PID: 1, Start: 1}, Accounts: accounts, Database: db, Page: page,
		Session: session.New(session.Config{Store: kept, Users: db.Users, Now: now}, session.Rules{Idle: Idle, Lifetime: Lifetime}),
		Token: token.New(token.Config{Issuer: issuerOf(room), RefreshTokens: db.RefreshTokens, Revoked: db.Revoked, Issued: db.Issued, Secret: secret, Now: now},
			token.Rules{Keys: keys, Lifetime: Access, RefreshLifetime: Refresh, RefreshGrace: token.Grace}),
	}
	s.Token = a.Token
	traces := trace.NewLog()
	mux := http.NewServeMux()
	a.Routes(mux)
	gate := turns.New(runtime.NumCPU())
	(&inspector.Inspector{Traces: inspector.InMemory(traces), Turns: gate, Issuer: func(context.Context) token.Issuer { return issuerOf(room) }, Page: func(_ *http.Request, title, active string) layout.Page { return page(title, active) }}).Routes(mux)
	mux.HandleFunc("/", edge.Miss(mux, a.ErrorPage))
	facing := edge.Facing{Identity: a.Identity, Hosts: edge.NewHosts(nil), Seats: s.Seats, Traces: traces, Now: time.Now,
		Room: func(string) string { return room }}
	waiting := edge.Turns{Gate: gate, ErrorPage: a.ErrorPage}
	s.Handler = facing.Visitors(waiting.Before(edge.SameOrigin(mux)))
	return s
}

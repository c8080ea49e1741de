package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"twodoors/data"
	"twodoors/static"
	"twodoors/views/layout"
	"twodoors/web/account"
	"twodoors/web/agreement"
	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/inspector"
	"twodoors/web/relay"
	"twodoors/web/seat"
	"twodoors/web/server"
	"twodoors/web/session"
	"twodoors/web/settings"
	"twodoors/web/token"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
	"twodoors/web/turns"
)

// serverCommand is one server alone, before visitors or behind another balancer.
type serverCommand struct {
	listenFlags
	settings.Doors
	redisFlag
	proxyFlags
	Number    int           `default:"1" help:"Number of this server, 1 to 9." env:"TWODOORS_NUMBER"`
	KeysFresh time.Duration `default:"60s" help:"Refuse tokens when the keys could not be read for this long; 0 never does." env:"TWODOORS_KEYS_FRESH"`
	Passcode  string        `help:"Passcode for changing settings and keys over the API; nobody can if not given." env:"TWODOORS_PASSCODE"`
}

func (c *serverCommand) Run(ctx context.Context, t terminal, chosen given) error {
	outliveReaders()
	if err := c.listenFlags.check(t); err != nil {
		return err
	}
	if err := cmp.Or(c.proxyFlags.check(), c.Store.Settle(databaseKind(c.DB)), c.Doors.Check(), c.checkRedis(), c.checkNumber(), c.checkKeysFresh(), expectLong(c.Passcode)); err != nil {
		return usageError{err}
	}
	if err := c.expectRedis(c.Doors); err != nil {
		return err
	}
	listeners, url, err := c.open() // before the database: a start that fails here leaves that as it was
	if err != nil {
		return err
	}
	defer closeAll(listeners)
	db, err := c.database(ctx, t)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := account.New(db.Users, db.Attempts, time.Now).OpenDemo(ctx); err != nil {
		return err
	}
	agreed, err := agreement.Seed(ctx, db.Agreed, c.Doors)
	if err != nil {
		return err
	}
	if err := cmp.Or(chosen.expectAgreed(c.Doors, agreed), c.expectRedis(agreed)); err != nil {
		return err
	}
	closing, alone := make(chan struct{}), true
	running, err := start(ctx, db, relay.StartConfig{Number: c.Number, Start: 1, Settings: agreed, Redis: c.RedisURL}, alone, closing)
	if err != nil {
		return err
	}
	member, err := running.join(ctx, db.Agreed, c.Number)
	if err != nil {
		return err
	}
	running.app.Token.KeysAge, running.app.Token.KeysFresh = member.Age, c.KeysFresh
	handler, err := c.handler(ctx, db, running.app, member)
	if err != nil {
		return err
	}
	running.memory.hold()
	c.announce(t, url)
	return whileFollowing(ctx, member, func() error {
		return serve(drained(ctx, closing), listeners, handler, maxHeader, func() {})
	})
}

// whileFollowing does something for as long as ctx lives, and follows what is agreed until it is done.
func whileFollowing(ctx context.Context, member *agreement.Member, do func() error) error {
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	var follows sync.WaitGroup
	follows.Go(func() { member.Run(following) })
	defer follows.Wait()
	defer stop()
	return do()
}

// drained returns a context that ends a while after ctx does, when balancers have noticed that closing is closed.
func drained(ctx context.Context, closing chan<- struct{}) context.Context {
	drained, end := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() {
		close(closing)
		time.AfterFunc(drainTime, end)
	})
	return drained
}

func (c *serverCommand) checkKeysFresh() error {
	if c.KeysFresh != 0 && c.KeysFresh < minKeysFresh {
		return fmt.Errorf("--keys-fresh must be 0 or at least %s, not %s", minKeysFresh, c.KeysFresh)
	}
	return nil
}

// minKeysFresh is well above the time between two looks at the database.
const minKeysFresh = 5 * time.Second

// expectRedis refuses to begin without the Redis that the site's sessions are in.
func (c *serverCommand) expectRedis(agreed settings.Doors) error {
	if agreed.Store == settings.StoreRedis && c.RedisURL == "" {
		return usageError{errors.New("--redis must name a Redis, where this site keeps its sessions: a server without a front does not run one")}
	}
	return nil
}

// start ties one server together, whose database has the demo accounts.
func start(ctx context.Context, db *data.DB, config relay.StartConfig, alone bool, closing <-chan struct{}) (*running, error) {
	memory := &memory{limit: config.MemoryLimit}
	keyStore := &token.KeyStore{Table: db.Keys, Memory: trace.MemoryOf(config.Number), Now: db.Now}
	keys, err := keyStore.Load(ctx, signing(config.Settings))
	if err != nil {
		return nil, err
	}
	secret, err := db.Secrets.Get(ctx, "refresh")
	if err != nil {
		return nil, err
	}
	site := config.Site
	if site == "" { // a room's database is a copy, whose secrets are its own
		if site, err = siteID(ctx, db); err != nil {
			return nil, err
		}
	}
	kept := newStores(db, site, config)
	store, err := kept.open(config.Settings.Store, config.Redis)
	if err != nil {
		return nil, err
	}
	kept.Select(store)
	chosen := config.Settings
	sessions := session.New(session.Config{Store: kept, Users: db.Users, Now: db.Now}, sessionRules(chosen))
	tokens := token.New(token.Config{
		Issuer:        token.IssuerOf(site, cmp.Or(config.Room, door.Stage)),
		RefreshTokens: db.RefreshTokens, Revoked: db.Revoked, Issued: db.Issued, Secret: secret, Now: db.Now,
	}, rules(keys, chosen))
	return &running{keyStore: keyStore, stores: kept, issued: db.Issued, memory: memory, app: &server.Server{
		Identity: edge.Identity{Server: config.Number, PID: os.Getpid(), Start: config.Start},
		Accounts: account.NewWithin(memory.lift, db.Users, db.Attempts, db.Now), Session: sessions, Token: tokens, Database: db, Closing: closing,
		Page: page(config, alone, kept, tokens),
	}}, nil
}

// page is the frame of a server's pages.
func page(config relay.StartConfig, alone bool, kept *stores, tokens *token.Door) func(title, active string) layout.Page {
	started, version := time.Now(), sync.OnceValue(static.Version)
	return func(title, active string) layout.Page {
		where, _, _ := strings.Cut(kept.Where(), " of ")
		return layout.Page{
			Title: title, Active: active, Alone: alone, Static: "/static/" + version(), Room: layout.Room{Name: config.Room, Title: config.Title}, Class: layout.Class{Unknown: !alone},
			Status: fmt.Sprintf("server %d · %s · %s · up %s",
				config.Number, strings.ToLower(where), tokens.Rules().Keys.Current().Algorithm, tell.Since(time.Since(started))),
		}
	}
}

func (c *serverCommand) checkNumber() error {
	if c.Number < 1 || c.Number > 9 {
		return fmt.Errorf("--number must be from 1 to 9, not %d", c.Number)
	}
	return nil
}

func signing(s settings.Doors) token.Signing {
	return token.Signing{Algorithm: s.Alg, PerServer: s.Keys == settings.KeysPerServer}
}

func rules(keys *token.Keys, s settings.Doors) token.Rules {
	return token.Rules{
		Keys: keys, Lifetime: s.AccessLifetime, RefreshLifetime: s.RefreshLifetime, RefreshGrace: s.RefreshGrace,
		Revocation: s.Revocation == settings.RevocationOn,
	}
}

func sessionRules(s settings.Doors) session.Rules {
	return session.Rules{Idle: s.SessionIdle, Lifetime: s.SessionLifetime}
}

// handler puts the server before the visitors: it keeps and shows its own traces.
func (c *serverCommand) handler(ctx context.Context, db *data.DB, a *server.Server, member *agreement.Member) (http.Handler, error) {
	key, err := db.Secrets.Get(ctx, "seats")
	if err != nil {
		return nil, err
	}
	traces := trace.NewLog()
	facing := edge.Facing{
		Identity: a.Identity, Hosts: edge.NewHosts(c.Hosts), Seats: seat.New(key), Log: traces, Proxies: c.proxies(),
		Secure: c.secure(), Now: time.Now,
	}
	mux := http.NewServeMux()
	a.Routes(mux)
	changes, err := c.agreed(ctx, db, member)
	if err != nil {
		return nil, err
	}
	if changes != nil {
		changes.Routes(mux)
	}
	page := func(r *http.Request, title, active string) layout.Page {
		p := a.Page(title, active)
		p.Seat, p.Private = inspector.Notice(r), c.private(c.proxyFlags)
		return p
	}
	waiting := edge.Turns{Gate: turns.New(runtime.NumCPU()), ErrorPage: a.ErrorPage}
	mux.HandleFunc("GET /api/turns", waiting.Show)
	own := a.Token.Issuer
	shown := &inspector.Inspector{
		Log: traces, Embeds: inspector.NewEmbeds(db.Embeds, time.Now), Static: "/static/" + static.Version(), Version: version(),
		Turns: waiting.Gate, Issuer: func(context.Context) token.Issuer { return own }, Closing: a.Closing, Page: page,
	}
	shown.Routes(mux)
	mux.Handle("GET /static/", static.Handler())
	mux.HandleFunc("/", edge.Miss(mux, a.ErrorPage))
	return facing.Visitors(edge.SameOrigin(waiting.Before(mux))), nil
}

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
	"time"

	"twodoors/data"
	"twodoors/static"
	"twodoors/views/layout"
	"twodoors/web/account"
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

// serverCommand is one server: behind a front, or alone.
type serverCommand struct {
	listenFlags
	settings.Doors
	redisFlag
	Number      int      `default:"1" help:"What this server calls itself, 1 to 9." env:"TWODOORS_NUMBER"`
	TrustProxy  []string `help:"Addresses or networks of the balancers before it, with commas between." env:"TWODOORS_TRUST_PROXY"`
	BehindFront bool     `hidden:"" help:"Take a configuration from standard input, and end when it does."`
}

func (c *serverCommand) Run(ctx context.Context, t terminal) error {
	outliveReaders()
	if err := c.check(); err != nil {
		return err
	}
	_, err := edge.ParseProxies(c.TrustProxy)
	if err := cmp.Or(err, c.Doors.Check(), c.checkRedis(), c.checkNumber()); err != nil {
		return usageError{err}
	}
	if !c.BehindFront && c.Store == settings.StoreRedis && c.RedisURL == "" {
		return usageError{errors.New("--redis must name a Redis: a server alone runs none of its own")}
	}
	config := relay.StartConfig{Number: c.Number, Start: 1, Settings: c.Doors, Redis: c.RedisURL}
	var front *control
	if c.BehindFront {
		if front, err = openControl(t, &config); err != nil {
			return err
		}
		if err := config.Check(); err != nil {
			return err
		}
		ctx = front.ctx
	}
	db, err := c.database(ctx, t, config.Disposable)
	if err != nil {
		return err
	}
	defer db.Close()
	closing := make(chan struct{})
	running, err := c.start(ctx, db, config, closing)
	if err != nil {
		return err
	}
	handler, err := c.handler(ctx, db, running.app, config)
	if err != nil {
		return err
	}
	listeners, url, err := c.open()
	if err != nil {
		return err
	}
	headerBytes := maxHeader
	if c.BehindFront {
		if err := front.ready(relay.Ready{Address: listeners[0].Addr().String()}); err != nil {
			return err
		}
		go front.follow(running.answer)
		headerBytes = maxForwarded // it must take all that the front has taken
	} else {
		c.announce(t, url)
	}
	return serve(ctx, listeners, handler, headerBytes, func() { close(closing) })
}

// database opens the one that its front has opened before, or is started alone with.
func (c *serverCommand) database(ctx context.Context, t terminal, disposable bool) (*data.DB, error) {
	switch {
	case disposable:
		return openDisposable(ctx, c.DB)
	case c.BehindFront:
		return openExisting(ctx, c.DB)
	}
	return c.listenFlags.database(ctx, t)
}

// start ties one server together.
func (c *serverCommand) start(
	ctx context.Context, db *data.DB, config relay.StartConfig, closing <-chan struct{},
) (*running, error) {
	accounts := account.NewWithin(hold(config.MemoryLimit).lift, db.Users, time.Now)
	if err := accounts.OpenDemo(ctx); err != nil {
		return nil, err
	}
	keyStore := &token.KeyStore{Table: db.Keys, Now: time.Now}
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
	sessions := session.New(session.Config{Store: kept, Users: db.Users, Now: time.Now}, sessionRules(chosen))
	tokens := token.New(token.Config{
		Issuer:        token.IssuerOf(site, cmp.Or(config.Room, door.Stage)),
		RefreshTokens: db.RefreshTokens, Revoked: db.Revoked, Issued: db.Issued, Secret: secret, Now: time.Now,
	}, rules(keys, chosen))
	return &running{keyStore: keyStore, stores: kept, issued: db.Issued, app: &server.Server{
		Identity: edge.Identity{Server: config.Number, PID: os.Getpid(), Start: config.Start},
		Accounts: accounts, Session: sessions, Token: tokens, Database: db, Closing: closing,
		Page: c.page(config, kept, tokens),
	}}, nil
}

// page is the frame of a server's pages.
func (c *serverCommand) page(config relay.StartConfig, kept *stores, tokens *token.Door) func(title, active string) layout.Page {
	started, files := time.Now(), "/static/"+static.Version()
	return func(title, active string) layout.Page {
		where, _, _ := strings.Cut(kept.Where(), " of ")
		return layout.Page{
			Title: title, Active: active, Alone: !c.BehindFront, Static: files, Room: layout.Room{Name: config.Room, Title: config.Title},
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

// handler puts the server behind its front or, when it runs alone, before the
// visitors: then it keeps and shows its own traces.
func (c *serverCommand) handler(ctx context.Context, db *data.DB, a *server.Server, config relay.StartConfig) (http.Handler, error) {
	if c.BehindFront {
		return edge.BehindFront(config, a.Identity, a.Session.Store.Len, time.Now, edge.SameOrigin(a.Handler())), nil
	}
	key, err := db.Secrets.Get(ctx, "seats")
	if err != nil {
		return nil, err
	}
	proxies, err := edge.ParseProxies(c.TrustProxy)
	if err != nil {
		return nil, err
	}
	traces := trace.NewLog()
	facing := edge.Facing{
		Identity: a.Identity, Hosts: edge.NewHosts(c.Hosts), Seats: seat.New(key), Log: traces, Proxies: proxies,
		Secure: c.secure(), Now: time.Now,
	}
	mux := http.NewServeMux()
	a.Routes(mux)
	page := func(r *http.Request, title, active string) layout.Page {
		p := a.Page(title, active)
		p.Seat = inspector.Notice(r)
		return p
	}
	waiting := edge.Turns{Gate: turns.New(runtime.NumCPU()), ErrorPage: a.ErrorPage}
	mux.HandleFunc("GET /api/turns", waiting.Show)
	shown := &inspector.Inspector{Log: traces, Turns: waiting.Gate, Closing: a.Closing, Page: page}
	shown.Routes(mux)
	mux.Handle("GET /static/", static.Handler())
	mux.HandleFunc("/", edge.Miss(mux, a.ErrorPage))
	return facing.Visitors(edge.SameOrigin(waiting.Before(mux))), nil
}

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"twodoors/data"
	"twodoors/static"
	"twodoors/views/layout"
	"twodoors/web/account"
	"twodoors/web/agreement"
	"twodoors/web/edge"
	"twodoors/web/inspector"
	"twodoors/web/relay"
	"twodoors/web/seat"
	"twodoors/web/server"
	"twodoors/web/settings"
	"twodoors/web/token"
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
	if err := c.check(t); err != nil {
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
	if data.KindOf(err) == data.Locked { // a start needs no lock: the next one settles it
		slog.Warn("the settings are not in the database yet", "err", err)
		agreed, err = c.Doors, nil
	}
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
	kept, err := c.openTraces(ctx, db)
	if err != nil {
		return err
	}
	// A start that fails from here on leaves no follower behind.
	return during(ctx, "following the settings", member.Run, func() error {
		handler, err := c.handler(ctx, db, running.app, member, kept)
		if err != nil {
			return err
		}
		running.memory.hold()
		c.announce(t, url)
		return during(ctx, "keeping traces", kept.run, func() error {
			return serve(drained(ctx, closing), listeners, c.linked(handler), maxHeader, func() {})
		})
	})
}

// check refuses flags that cannot be.
func (c *serverCommand) check(t terminal) error {
	if err := c.listenFlags.check(t); err != nil {
		return err
	}
	if err := cmp.Or(c.proxyFlags.check(), c.Store.Settle(databaseKind(c.DB)), c.Doors.Check(), c.checkRedis(),
		c.checkNumber(), c.checkKeysFresh(), expectLong(c.Passcode)); err != nil {
		return usageError{err}
	}
	return c.expectRedis(c.Doors)
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

func (c *serverCommand) checkNumber() error {
	if c.Number < 1 || c.Number > 9 {
		return fmt.Errorf("--number must be from 1 to 9, not %d", c.Number)
	}
	return nil
}

// handler puts the server before the visitors: it keeps traces and shows them.
func (c *serverCommand) handler(ctx context.Context, db *data.DB, a *server.Server, member *agreement.Member, kept traces) (http.Handler, error) {
	key, err := db.Secrets.Get(ctx, "seats")
	if err != nil {
		return nil, err
	}
	meter, gate := c.meter(), turns.New(runtime.NumCPU())
	if err := c.serveMetrics(ctx, meter, append(measured(kept.count, gate), measuredServer(ctx, a)...)); err != nil {
		return nil, err
	}
	facing := edge.Facing{
		Identity: a.Identity, Hosts: edge.NewHosts(c.Hosts), Seats: seat.New(key), Traces: kept, Proxies: c.proxies(),
		Secure: c.secure(), Observe: observing(meter, nil), Now: time.Now,
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
	waiting := edge.Turns{Gate: gate, ErrorPage: a.ErrorPage}
	mux.HandleFunc("GET /api/turns", waiting.Show)
	own := a.Token.Issuer
	shown := &inspector.Inspector{
		Traces: kept.shown, NoPages: !c.inspects(), NoAPI: !c.inspects(), Embeds: inspector.NewEmbeds(db.Embeds, time.Now),
		Static: "/static/" + static.Version(), Version: version(),
		Turns: waiting.Gate, Issuer: func(context.Context) token.Issuer { return own }, Closing: a.Closing, Page: page,
	}
	shown.Routes(mux)
	mux.Handle("GET /static/", static.Handler())
	mux.HandleFunc("/", edge.Miss(mux, a.ErrorPage))
	return facing.Visitors(edge.SameOrigin(waiting.Before(mux))), nil
}

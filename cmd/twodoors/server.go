package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/data"
	"twodoors/static"
	"twodoors/views"
	"twodoors/web/app"
	"twodoors/web/edge"
	"twodoors/web/inspector"
	"twodoors/web/login"
	"twodoors/web/relay"
	"twodoors/web/seat"
	"twodoors/web/session"
	"twodoors/web/settings"
	"twodoors/web/token"
	"twodoors/web/trace"
)

// serverCommand is one server: behind a front, or alone.
type serverCommand struct {
	listenFlags
	settings.Doors
	BehindFront bool `hidden:"" help:"Take orders from standard input, and end when it does."`
}

func (c *serverCommand) Run(ctx context.Context, t terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := c.Doors.Check(); err != nil {
		return usageError{err}
	}
	orders := relay.Orders{Number: 1, Start: 1}
	if c.BehindFront {
		var err error
		if orders, ctx, err = takeOrders(t.in); err != nil {
			return err
		}
	}
	db, err := data.Open(ctx, c.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	a, err := c.app(ctx, db, orders)
	if err != nil {
		return err
	}
	closing := make(chan struct{})
	handler, err := c.handler(ctx, db, a, orders, closing)
	if err != nil {
		return err
	}
	listener, url, err := c.open()
	if err != nil {
		return err
	}
	// A server keeps little and allocates much: collecting a quarter as often gives
	// it back a sixth of its time, for some ten megabytes.
	debug.SetGCPercent(400)
	fmt.Fprintln(t.out, "Two Doors is open at", url)
	return serve(ctx, listener, handler, func() { close(closing) })
}

// takeOrders reads what the front wants of this server. The context ends when
// the input does; an interrupt at the terminal is the front's to handle.
func takeOrders(in io.Reader) (orders relay.Orders, ctx context.Context, err error) {
	signal.Ignore(os.Interrupt)
	reader := bufio.NewReader(in)
	line, err := reader.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &orders)
	}
	if err != nil || orders.Secret == "" {
		return orders, nil, fmt.Errorf("--behind-front is for the front: it writes orders to standard input")
	}
	ctx, end := context.WithCancel(context.Background())
	go func() {
		io.Copy(io.Discard, reader)
		end()
	}()
	return orders, ctx, nil
}

// app ties one server together.
func (c *serverCommand) app(ctx context.Context, db *data.DB, orders relay.Orders) (*app.App, error) {
	keys, err := token.LoadKeys(ctx, db.Keys, c.Alg)
	if err != nil {
		return nil, err
	}
	desk := login.NewDesk(db.Users, time.Now)
	if err := desk.OpenDemo(ctx); err != nil {
		return nil, err
	}
	started := time.Now()
	return &app.App{
		Identity: edge.Identity{Server: orders.Number, PID: os.Getpid(), Start: orders.Start},
		Desk:     desk,
		Session:  session.New(session.Config{Store: c.store(db, orders.Number), Users: db.Users, Idle: c.SessionIdle, Lifetime: c.SessionLifetime, Now: time.Now}),
		Token:    token.New(token.Config{Keys: keys, Lifetime: c.AccessLifetime, Now: time.Now}),
		Ready:    db.Ping,
		Page: func(title, active string) views.Page {
			return views.Page{
				Title: title, Active: active, Alone: !c.BehindFront, Static: "/static/" + static.Version(),
				Status: fmt.Sprintf("server %d · %s · %s · up %s", orders.Number, c.Store, c.Alg, views.Since(time.Since(started))),
			}
		},
	}, nil
}

func (c *serverCommand) store(db *data.DB, number int) session.Store {
	if c.Store == settings.StoreSQLite {
		return session.NewSQLiteStore(db.Sessions, time.Now)
	}
	return session.NewMemoryStore(number, time.Now)
}

// handler puts the server behind its front or, when it runs alone, before the
// visitors: then it keeps and shows its own traces.
func (c *serverCommand) handler(ctx context.Context, db *data.DB, a *app.App, orders relay.Orders, closing <-chan struct{}) (http.Handler, error) {
	if c.BehindFront {
		return edge.BehindFront(orders, a.Identity, a.Session.Store.Len, time.Now, edge.SameOrigin(a.Handler())), nil
	}
	key, err := db.Secrets.Get(ctx, "seats")
	if err != nil {
		return nil, err
	}
	traces := trace.NewLog()
	facing := edge.Facing{Identity: a.Identity, Hosts: edge.NewHosts(c.Hosts), Seats: seat.New(key), Log: traces, Secure: c.secure(), Now: time.Now}
	mux := http.NewServeMux()
	a.Routes(mux)
	shown := &inspector.Inspector{Log: traces, Page: a.Page, Closing: closing}
	shown.Routes(mux)
	mux.Handle("GET /static/", static.Handler())
	mux.HandleFunc("/", edge.Miss(mux, a.ErrorPage))
	return facing.Visitors(edge.SameOrigin(mux)), nil
}

package main

import (
	"flag"
	"io"
	"net"
	"time"

	"twodoors/web/edge"
	"twodoors/web/framing"
	"twodoors/web/relay"
)

// behindCommand is one server behind a front, which tells it everything but what stands here. Somebody waits until it
// serves, and to read the whole command line of the program takes longer than to open the database, so this one is read
// apart.
type behindCommand struct{ listen string }

// behindFront are the arguments of the program that make it a server behind a front.
func behindFront() []string { return []string{"server", "--behind-front", "--listen=127.0.0.1:0"} }

// readBehind reads the arguments of a server behind a front. It reports false for another command.
func readBehind(arguments []string) (c behindCommand, is bool) {
	if len(arguments) < 2 || arguments[0] != "server" || arguments[1] != "--behind-front" {
		return c, false
	}
	flags := flag.NewFlagSet("server --behind-front", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&c.listen, "listen", "", "")
	return c, flags.Parse(arguments[2:]) == nil
}

// run serves until the control channel ends.
func (c behindCommand) run(t terminal) error {
	outliveReaders()
	var config relay.StartConfig
	front, err := openControl(t, &config)
	if err != nil {
		return err
	}
	if err := config.Check(); err != nil {
		return err
	}
	open := openExisting // what the front has opened, or made, before
	if config.Disposable {
		open = openDisposable
	}
	db, err := open(front.ctx, config.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	closing, alone := make(chan struct{}), false
	running, err := start(front.ctx, db, config, alone, closing)
	if err != nil {
		return err
	}
	a := running.app
	pages := inspectorOfFront().linked(edge.SameOrigin(a.Handler()))
	handler := edge.BehindFront(config, a.Identity, a.Session.Store.Len, time.Now, pages)
	listener, err := net.Listen("tcp", c.listen)
	if err != nil {
		return inTheWay(c.listen, err)
	}
	if err := front.ready(relay.Ready{Address: listener.Addr().String()}); err != nil {
		return err
	}
	go front.follow(running.answer)
	running.memory.hold()
	// The headers may be as long as all that the front has taken.
	return serve(front.ctx, []net.Listener{framing.Listen(listener, nil)}, handler, maxForwarded, func() { close(closing) })
}

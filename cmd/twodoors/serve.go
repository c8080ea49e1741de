package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"twodoors/data"
	"twodoors/static"
	"twodoors/web/edge"
	"twodoors/web/experiment"
	"twodoors/web/front"
	"twodoors/web/lab"
	"twodoors/web/login"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// serveCommand is the front and its servers.
type serveCommand struct {
	listenFlags
	settings.Settings
	redisFlag
	Passcode string `help:"For the server room when others can reach the site; one is made and shown when it is left out." env:"TWODOORS_PASSCODE"`

	EndWithInput bool `hidden:"" help:"End when standard input does, as an experiment's own site has to."`
}

func (c *serveCommand) Run(ctx context.Context, t terminal) error {
	outliveReaders()
	if err := c.check(); err != nil {
		return err
	}
	if err := cmp.Or(c.Settings.Check(), c.checkRedis(), c.checkPasscode()); err != nil {
		return usageError{err}
	}
	if c.EndWithInput {
		leaveSignals()
		ctx = untilEnd(context.WithoutCancel(ctx), t.in)
	}
	experiment.RemoveAbandoned()
	listeners, url, err := c.open() // before the database: a start that fails here leaves that as it was
	if err != nil {
		return err
	}
	defer closeAll(listeners)
	db, err := c.prepare(ctx, t)
	if err != nil {
		return err
	}
	defer db.Close()
	executable, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	redis.SetLogger(quietly{}) // the room says what fails
	room := front.NewRoom(time.Now)
	store := &front.Store{Outside: c.RedisURL, Executable: executable, Output: t.log, Room: room}
	storing, endStore := context.WithCancel(context.Background())
	store.Run(storing)
	defer store.Wait()
	defer endStore()
	fleet := &front.Fleet{
		Store: store, Executable: executable, Arguments: c.serverArguments(), Output: t.log,
		Room: room, Settings: c.Doors, InPlace: db.InPlace,
	}
	if err := fleet.Start(c.Servers, time.Now); err != nil {
		return err
	}
	defer fleet.Stop()

	closing := make(chan struct{})
	traces := trace.NewLog()
	experiments := front.NewExperiments(&front.Experiments{Program: executable, All: experiment.All(), Log: traces, Now: time.Now})
	defer experiments.Stop()
	class, err := c.classroom(ctx, db, lab.Address{URL: url, Listen: listeners[0].Addr().String()})
	if err != nil {
		return err
	}
	site, err := front.New(ctx, &front.Front{
		Balance: c.Balance, Fleet: fleet, Log: traces, Passcode: c.passcode(t), Database: filepath.Base(c.DB),
		Static: static.Handler(), Version: "/static/" + static.Version(), Closing: closing, Now: time.Now, Classroom: class, Experiments: experiments,
	})
	if err != nil {
		return err
	}
	go class.Labs.Tidy(ctx)
	facing := edge.Facing{
		Hosts: edge.NewHosts(c.Hosts), Seats: class.Seats, Log: traces, Secure: c.secure(),
		Client: class.Address.Secret.Sender, Observe: class.Labs.Observe, Now: time.Now,
	}
	// The front passes much through and keeps only traces: collecting garbage a
	// quarter as often makes it a sixth faster, and the bound holds it under 100 MB.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(80 << 20)
	c.announce(t, url)
	return serve(ctx, listeners, facing.Visitors(site.Handler()), maxHeader, func() { close(closing) })
}

// prepare brings the database up to date before the servers use it.
func (c *serveCommand) prepare(ctx context.Context, t terminal) (*data.DB, error) {
	db, err := c.database(ctx, t)
	if err != nil {
		return nil, err
	}
	if err := login.NewDesk(db.Users, time.Now).OpenDemo(ctx); err != nil {
		db.Close()
		return nil, err
	}
	if !c.loopback() {
		slog.Warn("others can reach this site, and the passwords of the demo accounts ada and grace are published", "listen", c.Listen)
	}
	return db, nil
}

// classroom is all that the front takes from the database: the key that marks
// seats, the one that signs records, and what seats have done in the labs.
func (c *serveCommand) classroom(ctx context.Context, db *data.DB, at lab.Address) (*front.Classroom, error) {
	marks, err := db.Secrets.Get(ctx, "seats")
	if err != nil {
		return nil, err
	}
	records, err := db.Secrets.Get(ctx, "records")
	if err != nil {
		return nil, err
	}
	if at.TLS, err = c.trust(); err != nil {
		return nil, err
	}
	at.Secret = lab.NewClientSecret()
	return &front.Classroom{
		Labs: &lab.Labs{Table: db.Progress, Now: time.Now}, Seats: seat.New(marks), Key: lab.RecordKey(records),
		Version: version(), Address: at,
	}, nil
}

// checkPasscode refuses one that is soon guessed, whether it comes from a flag or from the
// environment.
func (c *serveCommand) checkPasscode() error {
	if c.Passcode != "" && utf8.RuneCountInString(strings.TrimSpace(c.Passcode)) < front.MinPasscode {
		return fmt.Errorf("--passcode must have at least %d characters; leave it out and Two Doors makes one", front.MinPasscode)
	}
	return nil
}

// passcode guards the server room's buttons where others can reach the site. One that is
// made is shown once, on standard error, to whoever started the program; no record of the
// log has it.
func (c *serveCommand) passcode(t terminal) *front.Passcode {
	if c.loopback() {
		return nil
	}
	code := c.Passcode
	if code == "" {
		code = front.MakePasscode()
		fmt.Fprintln(t.log, "The passcode of the server room is", code)
	}
	return front.NewPasscode(code)
}

func (c *serveCommand) serverArguments() []string {
	return []string{"server", "--behind-front", "--listen=127.0.0.1:0", "--db=" + c.DB}
}

// untilEnd returns a context that ends with the input, which whoever holds its other
// end closes by ending, however that happens.
func untilEnd(ctx context.Context, in io.Reader) context.Context {
	ctx, end := context.WithCancel(ctx)
	go func() {
		defer end()
		io.Copy(io.Discard, in)
	}()
	return ctx
}

package main

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/data"
	"twodoors/static"
	"twodoors/web/account"
	"twodoors/web/apiclient"
	"twodoors/web/class"
	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/experiment"
	"twodoors/web/front"
	"twodoors/web/lab"
	"twodoors/web/lab/catalog"
	"twodoors/web/room"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// serveCommand is the front and its servers.
type serveCommand struct {
	listenFlags
	settings.Settings
	redisFlag
	roomsFlags
	classFlags
	proxyFlags
	Passcode string `help:"Passcode for the stage when others can reach the site; generated and shown if not given." env:"TWODOORS_PASSCODE"`

	EndWithInput bool `hidden:"" help:"End when standard input ends, for a site that an experiment started."`
}

func (c *serveCommand) Run(ctx context.Context, t terminal) error {
	outliveReaders()
	if err := c.listenFlags.check(t); err != nil {
		return err
	}
	err := cmp.Or(
		c.Store.Settle(databaseKind(c.DB)), c.Settings.Check(), c.checkRedis(), c.checkPasscode(), c.roomsFlags.check(), c.classFlags.check(), c.proxyFlags.check(),
	)
	if err != nil {
		return usageError{err}
	}
	if c.EndWithInput {
		leaveSignals()
		ctx = untilEnd(context.WithoutCancel(ctx), t.in)
	}
	experiment.RemoveAbandoned()
	files := newRoomFiles(cmp.Or(c.RoomsDir, roomsBeside(c.DB)))
	defer files.Close()
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
	return c.run(ctx, t, db, files, listeners, url)
}

// frontMemory is what the front holds itself to, in bytes: with what the runtime needs
// besides it stays under 100 MB.
const frontMemory = 80 << 20

// run ties the site together, and serves until ctx ends.
func (c *serveCommand) run(
	ctx context.Context, t terminal, db *data.DB, files *roomFiles, listeners []net.Listener, url string,
) error {
	executable, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	secrets, err := c.secrets(ctx, db)
	if err != nil {
		return err
	}
	redis.SetLogger(quietly{}) // the journal says what fails
	program := room.Program{Executable: executable, Server: behindFront(), Redis: []string{"redis"}, Log: t.log}
	stage, err := room.Open(ctx, room.Config{
		Name: door.Stage, Site: secrets.site, Kind: room.Stage, Settings: c.Settings, MaxServers: room.MaxServers, Program: program, Redis: c.RedisURL,
		Database: stageDatabase{db, c.DB}, Now: time.Now,
	})
	if err != nil {
		return err
	}
	defer stage.Close()
	var classes *class.Classes // which look at rooms and labs, and are asked by both
	all := c.openRooms(secrets.site, files, stage, program, func(seat string) bool { return classes.Person(seat) != nil })
	defer all.Close()
	go all.Tidy(ctx)
	address, err := c.address(url, listeners[0])
	if err != nil {
		return err
	}
	closing, traces, gate := make(chan struct{}), trace.NewLog(), turns.New(runtime.NumCPU())
	everyLab := catalog.Labs()
	labs, err := lab.Open(ctx, lab.Config{
		All: everyLab, Courses: catalog.Courses(everyLab), Table: db.Progress, Rooms: all, Traces: traces, Seats: secrets.seats,
		Turns: gate, Address: address, HoldBack: func(seat string) bool { return classes.HoldsBack(seat) }, Closing: closing, Now: time.Now,
	})
	if err != nil {
		return err
	}
	defer labs.Close()
	classes, err = class.Open(ctx, class.Config{
		Table: db.Classes, Embeds: db.Embeds, Labs: labs, Rooms: all, Traces: traces, Seats: secrets.seats, Records: secrets.records, Version: version(),
		Keep: time.Duration(c.ClassKeep), Now: time.Now,
	})
	if err != nil {
		return err
	}
	defer classes.Close()
	meter := c.meter()
	observe := observing(meter, func(seat string, t *trace.Trace) {
		labs.Observe(seat, t)
		classes.Observe(seat, t)
	})
	if err := c.serveMetrics(ctx, meter, append(measured(traces, gate), measuredRooms(all, stage)...)); err != nil {
		return err
	}
	facing := edge.Facing{
		Hosts: edge.NewHosts(c.Hosts), Seats: secrets.seats, Traces: traces, Secure: c.secure(), Proxies: c.proxies(),
		Room: all.NameOf, Client: address.Secret.Sender, Observe: observe, Now: time.Now,
	}
	entry := front.New(front.Config{
		Rooms: all, Labs: labs, Class: classes, Addresses: c.others(url), Traces: traces, NoInspector: !c.inspects(),
		Embeds: db.Embeds, Seats: secrets.seats, Experiments: c.experiments(),
		Program: executable, Address: address.Address, Records: secrets.records, Version: version(), Site: secrets.site,
		Entry: facing.Visitors, Static: static.Handler(), StaticPath: "/static/" + static.Version(),
		Passcode: c.passcode(t, secrets.passcode, db), Turns: gate, Closing: closing, Now: time.Now,
	})
	defer entry.Close()
	collectSeldom()
	debug.SetMemoryLimit(frontMemory)
	c.announce(t, url)
	return c.whileRereading(ctx, db, stage, func() error {
		return serve(ctx, listeners, c.linked(entry.Handler()), maxHeader, func() { close(closing) })
	})
}

// experiments are those that can be run here.
func (c *serveCommand) experiments() []experiment.Experiment {
	all := experiment.All()
	if c.EndWithInput {
		all = append(all, experiment.Growth())
	}
	return all
}

// prepare brings the database up to date before the servers use it.
func (c *serveCommand) prepare(ctx context.Context, t terminal) (*data.DB, error) {
	db, err := c.database(ctx, t)
	if err != nil {
		return nil, err
	}
	if err := leadDatabase(ctx, c.DB); err != nil {
		db.Close()
		return nil, err
	}
	if err := account.New(db.Users, db.Attempts, time.Now).OpenDemo(ctx); err != nil {
		db.Close()
		return nil, err
	}
	if !c.private(c.proxyFlags) {
		slog.Warn("others can reach this site, and the passwords of the demo accounts ada and grace are published", "listen", c.Listen)
	}
	return db, nil
}

// stageDatabase is the stage's, which is the site's own.
type stageDatabase struct {
	*data.DB
	path string
}

// Prepare has nothing to do: it was opened before the stage.
func (stageDatabase) Prepare() error { return nil }

// Remove leaves it, as it is the site's.
func (stageDatabase) Remove() error { return nil }

// Name is that of its file, or says which it is.
func (d stageDatabase) Name() string { return databaseLabel(d.path) }

// Kind is which database it is.
func (d stageDatabase) Kind() settings.Database { return databaseKind(d.path) }

// Path is where its servers open it.
func (d stageDatabase) Path() string { return d.path }

// secrets are the site's, which its database keeps.
type secrets struct {
	seats    *seat.Seats        // marks seats
	records  ed25519.PrivateKey // signs what was done in labs
	passcode []byte             // marks those who have entered it
	site     string             // names the site, and is no secret
}

func (c *serveCommand) secrets(ctx context.Context, db *data.DB) (secrets, error) {
	marks, err := db.Secrets.Get(ctx, "seats")
	if err != nil {
		return secrets{}, err
	}
	records, err := db.Secrets.Get(ctx, "records")
	if err != nil {
		return secrets{}, err
	}
	entered, err := db.Secrets.Get(ctx, "passcode")
	if err != nil {
		return secrets{}, err
	}
	site, err := siteID(ctx, db)
	return secrets{seat.New(marks), lab.RecordKey(records), entered, site}, err
}

// address is where the labs' own clients reach the site.
func (c *serveCommand) address(url string, listener net.Listener) (at lab.Address, err error) {
	trusted, err := c.trust()
	at.Address = apiclient.Address{URL: url, Listen: listener.Addr().String(), TLS: trusted}
	at.Secret = lab.NewClientSecret()
	return at, err
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

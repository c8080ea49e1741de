package class

import (
	"context"
	"crypto/ed25519"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/data"
	"twodoors/web/lab"
	"twodoors/web/limit"
	"twodoors/web/rooms"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// Config is what classes need of the site.
type Config struct {
	Table   *data.Classes
	Embeds  *data.Embeds
	Labs    *lab.Labs
	Rooms   *rooms.Rooms
	Traces  *trace.Log
	Seats   *seat.Seats
	Records ed25519.PrivateKey // signs what was done in labs
	Version string             // of Two Doors
	Keep    time.Duration      // how long a closed class is kept
	Now     func() time.Time
}

// Classes are those of a site, of which one is open at a time.
type Classes struct {
	Config

	changing sync.Mutex            // held while a class changes
	open     atomic.Pointer[Class] // nil while none is

	words    words     // that let people in again
	outcomes outcomes  // of what was done in every room, as traces show it
	activity activity  // when each person last did something
	watchers watchers  // of the board and the wall
	told     listeners // people's pages

	closing chan struct{} // closed by Close
	ended   chan struct{} // closed when nothing is written any more
}

// Open returns the classes of a site. Whoever has them closes them.
func Open(ctx context.Context, c Config) (*Classes, error) {
	all := &Classes{
		Config: c, words: words{tries: limit.New[string](maxAddresses)},
		closing: make(chan struct{}), ended: make(chan struct{}),
	}
	rows, err := c.Table.All(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if !row.Closed.IsZero() {
			continue
		}
		class, err := all.load(ctx, row)
		if err != nil {
			return nil, err
		}
		for _, p := range class.People {
			if err := c.Labs.Load(ctx, p.Seat); err != nil {
				return nil, err
			}
		}
		all.open.Store(class)
		break
	}
	if err := all.forgetOld(ctx); err != nil {
		return nil, err
	}
	go all.tidy()
	return all, nil
}

// Close keeps what is not kept yet.
func (c *Classes) Close() error {
	close(c.closing)
	<-c.ended
	return c.keepOutcomes(context.Background())
}

// How often outcomes are kept, and how often old classes are looked for.
const (
	keepEvery   = time.Second
	forgetEvery = time.Hour
)

// tidy keeps outcomes soon after they were seen, and forgets old classes, until Close.
func (c *Classes) tidy() {
	defer close(c.ended)
	keep, forget := time.NewTicker(keepEvery), time.NewTicker(forgetEvery)
	defer keep.Stop()
	defer forget.Stop()
	for {
		select {
		case <-c.closing:
			return
		case <-keep.C:
			logged(c.keepOutcomes(context.Background()))
		case <-forget.C:
			logged(c.forgetOld(context.Background()))
		}
	}
}

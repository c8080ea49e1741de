package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"twodoors/data"
	"twodoors/web/agreement"
	"twodoors/web/httpio"
	"twodoors/web/passcode"
	"twodoors/web/relay"
	"twodoors/web/room"
	"twodoors/web/settings"
)

// join has a server that runs alone go by what is agreed from now on.
func (s *running) join(ctx context.Context, table *data.Agreed, number int) (*agreement.Member, error) {
	return agreement.Join(ctx, agreement.Config{
		Table: table, Name: fmt.Sprint("server ", number),
		Adopt: s.goBy, Current: func() settings.Doors { return s.doors }, Propose: s.propose,
	})
}

// whileRereading has the servers of the stage read the keys again whenever servers elsewhere have changed them, as long
// as do runs. Settings of the stage are chosen at the front. A file belongs to the front alone.
func (c *serveCommand) whileRereading(ctx context.Context, db *data.DB, stage *room.Room, do func() error) error {
	if databaseKind(c.DB) != settings.PostgreSQL {
		return do()
	}
	reread := func(context.Context, *settings.Doors) (relay.Done, error) { return relay.Done{}, stage.Reread() }
	member, err := agreement.Join(ctx, agreement.Config{Table: db.Agreed, Name: "front", Adopt: reread})
	if err != nil {
		return err
	}
	return during(ctx, "following the keys", member.Run, do)
}

// goBy goes over to settings that are agreed, and to the keys that there are.
func (s *running) goBy(ctx context.Context, chosen *settings.Doors) (relay.Done, error) {
	if chosen == nil { // nobody could write any yet
		chosen = &s.doors
	}
	next, err := s.prepare(ctx, s.changeTo(*chosen, nil))
	if err != nil {
		return relay.Done{}, err
	}
	if next.keys.Writes() { // a proposal that nobody has agreed on
		return relay.Done{}, errors.New("the key that signs is gone from the database")
	}
	s.next, s.doors = next, *chosen
	return s.commit(ctx), nil
}

// changeTo is a change as a front would tell it.
func (s *running) changeTo(chosen settings.Doors, rotation *relay.Rotation) relay.Change {
	return relay.Change{ID: rand.Text(), Settings: chosen, Redis: s.stores.redisURL, Rotation: rotation}
}

// propose gets the keys of a change ready.
func (s *running) propose(ctx context.Context, chosen settings.Doors, rotation *relay.Rotation) (data.Adoption, error) {
	next, err := s.prepare(ctx, s.changeTo(chosen, rotation))
	if err != nil {
		if fault := unable(err).Fault; fault != "" {
			err = &httpio.Fault{Status: http.StatusConflict, Detail: fault}
		}
		return data.Adoption{}, err
	}
	return next.keys.Adoption(), nil
}

// agreed are the handlers by which people change what servers that run alone go by. There are none without a passcode.
func (c *serverCommand) agreed(ctx context.Context, db *data.DB, member *agreement.Member) (*agreement.Handlers, error) {
	if c.Passcode == "" {
		return nil, nil
	}
	key, err := db.Secrets.Get(ctx, "passcode")
	if err != nil {
		return nil, err
	}
	known := passcode.New(c.Passcode, key, db.Attempts, db.Now)
	return &agreement.Handlers{Member: member, Passcode: known, Check: c.checkAgreed}, nil
}

// checkAgreed refuses settings that cannot be, or not here.
func (c *serverCommand) checkAgreed(chosen *settings.Doors) error {
	if err := chosen.Store.Settle(databaseKind(c.DB)); err != nil {
		return err
	}
	if chosen.Store == settings.StoreRedis && c.RedisURL == "" {
		return &settings.Fault{Setting: "store", Must: "must be memory or database: this server was started without --redis"}
	}
	return chosen.Check()
}

// stopWithin is how long something may take to end that ran beside something else.
const stopWithin = 2 * time.Second

// during runs something beside do, and ends it when that is done. It does not wait for what hangs: the log has what
// that is.
func during(ctx context.Context, what string, run func(ctx context.Context), do func() error) error {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		run(running)
		close(ended)
	}()
	defer func() {
		stop()
		select {
		case <-ended:
		case <-time.After(stopWithin):
			slog.Warn("not waited for", "what", what, "after", stopWithin)
		}
	}()
	return do()
}

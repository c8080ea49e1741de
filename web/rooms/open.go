package rooms

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"twodoors/data"
	"twodoors/web/room"
)

const (
	// IdleFor is how long a room may be unused before it sleeps.
	IdleFor = 30 * time.Minute

	tidyEvery   = 30 * time.Second
	wakeTimeout = 20 * time.Second // including the wait for other starts

	// Servers that a room of a visitor may have, and one of an experiment.
	maxServers           = 3
	maxExperimentServers = room.MaxServers
)

// Open opens a room for a seat, and returns it when its servers serve. A room of the same
// kind that the seat had ends. The error is a Refusal of package room; then the seat is in
// the room that it had, which sleeps.
func (r *Rooms) Open(ctx context.Context, o Order) (*room.Room, error) {
	t, before, err := r.add(o)
	if err != nil {
		return nil, err
	}
	if before != nil {
		before.room.Sleep("Another room was opened in place of this one.")
	}
	if err := r.wake(ctx, t); err != nil {
		r.putBack(before, t)
		r.end(t)
		return nil, err
	}
	if before != nil {
		r.end(before)
	}
	return t.room, nil
}

// Reserve gives a seat a room that opens when it is first used.
func (r *Rooms) Reserve(o Order) error {
	_, before, err := r.add(o)
	if before != nil {
		r.end(before)
	}
	return err
}

// putBack gives a seat the room back that it had before another one, unless it has a third
// by now.
func (r *Rooms) putBack(before, t *tenant) {
	if before == nil {
		return
	}
	r.mu.Lock()
	had := r.bySeat[t.order.Seat]
	back := had != nil && *had.of(t.order.Kind) == t && r.byName[before.room.Name()] == before
	if back {
		*had.of(t.order.Kind) = before
	}
	r.mu.Unlock()
	if !back {
		r.end(before)
	}
}

// Use notes that a seat uses the room that answers it, and wakes that. Network is the address
// that the seat comes from, as it is counted. The error is a Refusal of package room.
func (r *Rooms) Use(ctx context.Context, seat, network string) error {
	t := r.tenant(seat)
	if t == nil {
		return nil
	}
	r.mu.Lock()
	t.used, t.unused = r.Now(), false
	t.order.Network = cmp.Or(t.order.Network, network) // nobody knew it when the room was reserved
	r.mu.Unlock()
	if !t.room.Asleep() {
		return nil
	}
	return r.wake(ctx, t)
}

func (r *Rooms) wake(ctx context.Context, t *tenant) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wakeTimeout)
	defer cancel()
	err := t.room.Wake(ctx)
	if err == nil {
		return nil
	}
	if refusal, ok := errors.AsType[*room.Refusal](err); ok {
		return refusal
	}
	slog.Error("a room did not start", "room", t.room.Name(), "err", err)
	why := cmp.Or(data.KindOf(err).Sentence(), "The log says why. Try again in a few seconds.")
	return &room.Refusal{Kind: room.Unavailable, After: 5 * time.Second, Detail: "The servers of your room do not start. " + why}
}

// add makes a room, asleep, in the place of the one of that kind that the seat had, and
// returns that one too, which is the caller's to end.
func (r *Rooms) add(o Order) (t, before *tenant, err error) {
	if r.Most == 0 {
		return nil, nil, errNoRooms
	}
	t = &tenant{order: o, used: r.Now(), unused: true}
	most := maxServers
	if o.Kind == room.Experiment {
		most = maxExperimentServers
	}
	r.mu.Lock()
	name := r.newName()
	t.room = r.Make(room.Config{Name: name, Kind: o.Kind, Title: o.Title, Settings: o.Settings, MaxServers: most, Processes: quota{r, t}, Now: r.Now}, o)
	r.byName[name] = t
	if r.bySeat[o.Seat] == nil {
		r.bySeat[o.Seat] = &tenancy{}
	}
	at := r.bySeat[o.Seat].of(o.Kind)
	before, *at = *at, t
	surplus := r.surplus()
	r.mu.Unlock()
	if surplus != nil {
		r.end(surplus)
	}
	return t, before, nil
}

var errNoRooms = &room.Refusal{Kind: room.Conflict,
	Detail: "This site was started without rooms, so there is only the stage. Start it with --rooms to change that."}

func (t *tenancy) of(kind room.Kind) **tenant {
	if kind == room.Lab {
		return &t.lab
	}
	return &t.other
}

// letters are those of names: nobody confuses them when they are read aloud.
const (
	letters    = "abcdefghjkmnpqrstuvwxyz23456789"
	nameLength = 4
)

// newName draws a name that no room has. It is called with mu held.
func (r *Rooms) newName() string {
	for {
		random := make([]byte, nameLength)
		rand.Read(random)
		for i, b := range random {
			random[i] = letters[int(b)%len(letters)]
		}
		if r.byName[string(random)] == nil {
			return string(random)
		}
	}
}

// End ends the room of a kind that a seat has, if it has one.
func (r *Rooms) End(seat string, kind room.Kind) {
	r.mu.RLock()
	var t *tenant
	if had := r.bySeat[seat]; had != nil {
		t = *had.of(kind)
	}
	r.mu.RUnlock()
	if t != nil {
		r.end(t)
	}
}

// Join has the rooms of one seat answer another one, which has none, until leave.
func (r *Rooms) Join(seat, host string) (leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if had := r.bySeat[host]; had != nil {
		r.bySeat[seat] = had
	}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.bySeat, seat)
	}
}

// EndAll ends all rooms of a kind.
func (r *Rooms) EndAll(kind room.Kind) {
	var ended []*tenant
	for _, t := range r.tenants() {
		if t.order.Kind == kind {
			ended = append(ended, t)
		}
	}
	r.endEach(ended)
}

// Close ends all rooms but the stage.
func (r *Rooms) Close() { r.endEach(r.tenants()) }

func (r *Rooms) endEach(all []*tenant) {
	var ending sync.WaitGroup
	for _, t := range all {
		ending.Go(func() { r.end(t) })
	}
	ending.Wait()
}

// end takes a room out, and leaves nothing of it.
func (r *Rooms) end(t *tenant) {
	r.mu.Lock()
	delete(r.byName, t.room.Name())
	if had := r.bySeat[t.order.Seat]; had != nil {
		if at := had.of(t.order.Kind); *at == t {
			*at = nil
		}
		if *had == (tenancy{}) {
			delete(r.bySeat, t.order.Seat)
		}
	}
	r.mu.Unlock()
	t.room.Close()
}

// tenants are all of them, the newest first.
func (r *Rooms) tenants() (all []*tenant) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, t := range r.byName {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *tenant) int { return b.room.Opened().Compare(a.room.Opened()) })
	return all
}

// Tidy has rooms sleep that nobody uses any more, until ctx ends.
func (r *Rooms) Tidy(ctx context.Context) {
	every := time.NewTicker(tidyEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			r.tidy()
		}
	}
}

func (r *Rooms) tidy() {
	r.mu.RLock()
	var idle []*tenant
	for _, t := range r.byName {
		if t.processes > 0 && t.order.Kind != room.Experiment && r.Now().Sub(t.used) >= IdleFor {
			idle = append(idle, t)
		}
	}
	r.mu.RUnlock()
	for _, t := range idle {
		t.room.Sleep("Nobody has used this room for half an hour, so it sleeps until you press a button.")
	}
}

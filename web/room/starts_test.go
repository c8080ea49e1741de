package room_test

import (
	"context"
	"testing"
	"time"

	"twodoors/web/room"
)

// A server waits with its start while as many start as may, and its room waits with it. Somebody who gives
// up meanwhile leaves a room that sleeps, and that wakes when its turn has come.
func TestServersWaitWithTheirStart(t *testing.T) {
	t.Parallel()
	starts := room.NewStarts(1)
	starts <- struct{}{} // another room's server starts
	c := config(t)
	c.Program.Starts = starts
	r := room.New(c)
	t.Cleanup(r.Close)
	ctx, giveUp := context.WithCancel(t.Context())
	woken := make(chan error)
	go func() { woken <- r.Wake(ctx) }()
	until(t, r, "its server waits", func(s room.Status) bool { return s.Servers[0].State == room.Starting })
	giveUp()
	if err := <-woken; err == nil || !r.Asleep() || r.Status().Servers[0].Starts != 0 {
		t.Errorf("%v, asleep %t: %+v", err, r.Asleep(), r.Status().Servers)
	}
	go func() { woken <- r.Wake(t.Context()) }()
	until(t, r, "its server waits again", func(s room.Status) bool { return s.Servers[0].State == room.Starting })
	<-starts
	if err := <-woken; err != nil || r.Status().Servers[0].State != room.Ready {
		t.Errorf("%v: %+v", err, r.Status().Servers)
	}
	select {
	case starts <- struct{}{}: // given back
	case <-time.After(time.Second):
		t.Error("a server that serves keeps others from starting")
	}
}

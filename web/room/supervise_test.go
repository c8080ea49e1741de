package room_test

import (
	"strings"
	"testing"

	"twodoors/web/room"
)

// newest is the last event of a room.
func newest(r *room.Room) room.Event { return r.Journal()[0] }

// A server whose process ends is started again, and the journal says that nobody wanted it.
func TestServerThatEndsIsStartedAgain(t *testing.T) {
	t.Parallel()
	r := open(t, servers(2))
	before := r.Status().Servers[1]
	kill(t, before.PID)
	until(t, r, "server 2 serves again", func(room.Status) bool { return newest(r).Kind == room.Restarted })
	after := r.Status().Servers
	if after[1].PID == before.PID || after[1].Starts != 2 || after[1].State != room.Ready || after[0].Starts != 1 {
		t.Errorf("%+v, then %+v", before, after)
	}
	crashed := r.Journal()[1]
	if crashed.Kind != room.Crashed || crashed.By != "" || !strings.Contains(crashed.Text, "Server 2 ended by itself") || !strings.Contains(crashed.Text, "The sessions in its memory are gone.") {
		t.Errorf("%+v", crashed)
	}
}

// Each order is carried out, noted with whose it was, and waits until it is done.
func TestOrders(t *testing.T) {
	t.Parallel()
	r := open(t)
	for i, step := range []struct {
		order  room.Action
		state  room.State
		starts int
		kind   room.EventKind
	}{
		{room.Restart, room.Ready, 2, room.Restarted},
		{room.Crash, room.Ready, 3, room.Crashed},
		{room.Stop, room.Stopped, 3, room.Halted},
		{room.Start, room.Ready, 4, room.Restarted},
		{room.Stop, room.Stopped, 4, room.Halted},
		{room.Restart, room.Ready, 5, room.Restarted}, // one that is stopped is started by whatever wants it to run
	} {
		done, err := r.Order("ada's seat", 1, step.order)
		if err == nil {
			err = done(t.Context())
		}
		if err != nil {
			t.Fatalf("%d, %s: %v", i, step.order, err)
		}
		until(t, r, "it is noted", func(room.Status) bool { return newest(r).Kind == step.kind })
		server, _ := r.Server(1)
		if server.State != step.state || server.Starts != step.starts || newest(r).By != "ada's seat" {
			t.Errorf("%d, %s: %+v, %+v", i, step.order, server, newest(r))
		}
	}
	if _, err := r.Order("", 2, room.Crash); kindOf(err) != room.NotFound {
		t.Errorf("of a server that is not there: %v", err)
	}
}

// There are one to nine servers, with the lowest numbers that are free.
func TestServersComeAndGo(t *testing.T) {
	t.Parallel()
	r := open(t, servers(8))
	if err := r.Remove("", 3); err != nil {
		t.Fatal(err)
	}
	for _, number := range []int{3, 9} {
		if s, err := r.Add(t.Context(), ""); err != nil || s.Number != number || s.State != room.Ready {
			t.Errorf("added %+v instead of server %d: %v", s, number, err)
		}
	}
	if _, err := r.Add(t.Context(), ""); kindOf(err) != room.Conflict {
		t.Errorf("a tenth: %v", err)
	}
	for number := 1; number < 9; number++ {
		if err := r.Remove("", number); err != nil {
			t.Errorf("remove %d: %v", number, err)
		}
	}
	if err := r.Remove("", 9); kindOf(err) != room.Conflict {
		t.Errorf("the last: %v", err)
	}
	if err := r.Remove("", 1); kindOf(err) != room.NotFound {
		t.Errorf("one that is gone: %v", err)
	}
}

// A request whose server ended after it was picked has not been begun, so another may be
// asked.
func TestPickedServerEnds(t *testing.T) {
	t.Parallel()
	r := open(t, servers(2))
	picked, _ := r.Pick(room.Client{})
	done, err := r.Order("", picked.Server.Number, room.Stop)
	if err == nil {
		err = done(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, picked.Server, "/api/session/me"); !room.Unsent(err) {
		t.Errorf("%v", err)
	}
	other, ok := r.Pick(room.Client{Server: picked.Server.Number}, picked.Server)
	if !ok || other.Server == picked.Server || other.Remember != room.Always {
		t.Errorf("then %+v", other)
	}
	if _, ok := r.Pick(room.Client{}, picked.Server, other.Server); ok {
		t.Error("a server that was asked in vain is picked again")
	}
}

package rooms_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"twodoors/web/room"
	"twodoors/web/rooms"
)

// A room that nobody has used for half an hour sleeps, and its journal says so; use keeps it
// awake. An experiment's ends when it is done.
func TestUnusedRoomSleeps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all := quiet(t, rooms.Config{Most: 9, MostProcesses: 9, Now: time.Now})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go all.Tidy(ctx)
		for seat, kind := range map[string]room.Kind{"idle": room.Own, "busy": room.Own, "experiment": room.Experiment} {
			if _, err := all.Open(ctx, order(seat, kind)); err != nil {
				t.Fatal(err)
			}
		}
		for range 29 {
			time.Sleep(time.Minute)
			if err := all.Use(ctx, "busy", ""); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if all.Of("idle").Asleep() {
			t.Error("it sleeps before half an hour is over")
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if !all.Of("idle").Asleep() || all.Of("busy").Asleep() || all.Of("experiment").Asleep() {
			t.Errorf("asleep: idle %t, busy %t, experiment %t", all.Of("idle").Asleep(), all.Of("busy").Asleep(), all.Of("experiment").Asleep())
		}
		if said := all.Of("idle").Journal()[0]; said.Kind != room.Slept || !strings.HasPrefix(said.Text, "Nobody has used this room for half an hour") {
			t.Errorf("the journal says %q", said.Text)
		}
	})
}

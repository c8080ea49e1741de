package rooms_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"twodoors/web/room"
	"twodoors/web/rooms"
)

// asleep lists whose rooms sleep.
func (s *site) asleep(seats ...string) (found []string) {
	for _, seat := range seats {
		if s.Of(seat).Asleep() {
			found = append(found, seat)
		}
	}
	return found
}

// A11: when there are too many, a room sleeps for the one that opens: of an address that has more
// than its share, then one that has nothing to forget, then the one unused for longest.
func TestWhoSleepsFirst(t *testing.T) {
	t.Parallel()
	crowd := func(seat string) rooms.Order { o := order(seat, room.Own); o.Network = "crowd"; return o }
	alone := func(seat string) rooms.Order { return order(seat, room.Own) }
	for _, test := range []struct {
		name     string
		orders   []rooms.Order
		newcomer rooms.Order
		used     string // whose rooms were used, a minute after the one before each
		after    time.Duration
		want     string
	}{
		{"the longest unused", []rooms.Order{alone("a"), alone("b"), alone("c")}, alone("new"), "b c a", 2 * time.Minute, "b"},
		{"nothing to forget", []rooms.Order{alone("a"), alone("b"), alone("c")}, alone("new"), "a b", 2 * time.Minute, "c"},
		{"nothing to forget, though just opened", []rooms.Order{alone("a"), alone("b"), alone("c")}, alone("new"), "a b", 0, "c"},
		{"more than a share", []rooms.Order{alone("a"), crowd("b"), crowd("c"), crowd("d")}, alone("new"), "a b c d", 2 * time.Minute, "b"},
		{"more than a share, though in use", []rooms.Order{crowd("b"), crowd("c"), crowd("d"), alone("a")}, alone("new"), "d c b a", 0, "d"},
		{"more than a share, but of its own address", []rooms.Order{alone("a"), crowd("b"), crowd("c")}, crowd("new"), "a b c", 2 * time.Minute, "a"},
		{"a stranger's, before any of the class", []rooms.Order{alone("pupil1"), alone("a"), alone("pupil2")}, alone("new"), "pupil2 pupil1 a", 2 * time.Minute, "a"},
		{"of the class alone the longest unused", []rooms.Order{alone("pupil1"), alone("pupil2")}, alone("new"), "pupil2 pupil1", 2 * time.Minute, "pupil2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, len(test.orders), 99)
			var all []string
			for _, o := range test.orders {
				s.open(o)
				all = append(all, o.Seat)
			}
			for _, seat := range strings.Fields(test.used) {
				s.later(time.Second)
				s.use(seat)
			}
			s.later(test.after)
			s.open(test.newcomer)
			if got := strings.Join(s.asleep(append(all, "new")...), " "); got != test.want {
				t.Fatalf("%q sleep, want %q", got, test.want)
			}
			said := s.Of(test.want).Journal()[0].Text
			if !strings.Contains(said, "Other rooms needed this machine's memory") {
				t.Errorf("its journal says %q", said)
			}
		})
	}
}

// A11: a room in use makes way for none, and an experiment's never. Whoever comes then is told what
// to do, and what they had is there.
func TestRoomInUseMakesWayForNone(t *testing.T) {
	t.Parallel()
	s := newSite(t, 2, 9)
	experiment := order("experiment", room.Experiment)
	s.open(experiment)
	s.open(order("ann", room.Own))
	s.use("ann")
	s.later(59 * time.Second)
	_, err := s.Open(t.Context(), order("bob", room.Own))
	refusal, ok := errors.AsType[*room.Refusal](err)
	if !ok || refusal.Kind != room.Unavailable || refusal.After != time.Minute ||
		refusal.Detail != "This machine has no memory for another room. Try again in a minute." {
		t.Errorf("%v", err)
	}
	if got := s.List(); len(got) != 2 || s.Of("bob") != s.Stage {
		t.Errorf("there are %v", got)
	}
	s.later(time.Second)
	s.open(order("bob", room.Own))
	if got := strings.Join(s.asleep("ann", "bob", "experiment"), " "); got != "ann" {
		t.Errorf("%q sleep", got)
	}
}

// Processes are bounded as well: a room of three makes three others sleep.
func TestProcessesOfAllAreBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t, 9, 4)
	for _, seat := range []string{"a", "b", "c", "d"} {
		s.open(order(seat, room.Own))
		s.later(time.Second)
	}
	three := order("e", room.Own)
	three.Settings.Servers = 3
	s.open(three)
	if got := strings.Join(s.asleep("a", "b", "c", "d", "e"), " "); got != "a b c" {
		t.Errorf("%q sleep", got)
	}
	five := order("f", room.Own)
	five.Settings.Servers = 5
	if _, err := s.Open(t.Context(), five); err == nil {
		t.Error("five processes where there may be four")
	}
	s.End("e", room.Own)
	s.use("a")
	s.use("b")
	if got := strings.Join(s.asleep("a", "b", "c", "d"), " "); got != "c" && got != "c d" {
		t.Errorf("after three processes ended %q sleep", got)
	}
}

// Of the rooms that sleep a few are kept for each that may be awake; then the one that was
// unused for longest ends.
func TestSleepingRoomsAreBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t, 1, 9)
	for n := range 7 {
		s.open(order(fmt.Sprint(n), room.Own))
		s.later(time.Minute)
	}
	if got := len(s.List()); got != 5 || s.Mine("0") != nil || s.Mine("1") != nil || s.Mine("2") == nil {
		t.Errorf("%d are kept: %v", got, s.List())
	}
}

// A room whose place nobody knew when it was reserved, as after a start of the program, counts
// with the address that first uses it: those of a class are no crowd.
func TestReservedRoomsCountWhereTheyAreUsed(t *testing.T) {
	t.Parallel()
	s := newSite(t, 4, 9)
	for _, seat := range []string{"a", "b", "c", "d"} {
		o := order(seat, room.Lab)
		o.Network = ""
		if err := s.Reserve(o); err != nil {
			t.Fatal(err)
		}
		s.use(seat)
	}
	if _, err := s.Open(t.Context(), order("e", room.Own)); err == nil {
		t.Errorf("%v had to sleep while they were in use", s.asleep("a", "b", "c", "d"))
	}
}

// Whoever cannot have another room has the one from before, which sleeps.
func TestRefusedRoomLeavesTheOneBefore(t *testing.T) {
	t.Parallel()
	s := newSite(t, 2, 3)
	before := s.open(order("ann", room.Lab))
	s.use("ann")
	large := order("ann", room.Lab)
	large.Settings.Servers = 4
	if _, err := s.Open(t.Context(), large); err == nil {
		t.Fatal("a room of four processes where there may be three")
	}
	if s.Of("ann") != before || !before.Asleep() || len(s.List()) != 1 {
		t.Errorf("it is answered by %s; there are %v", s.Of("ann").Name(), s.List())
	}
	s.use("ann")
	if before.Asleep() {
		t.Error("it does not wake any more")
	}
}

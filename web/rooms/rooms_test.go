package rooms_test

import (
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	programs "twodoors/tests/site"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/settings"
)

func TestMain(m *testing.M) { os.Exit(programs.RunTests(m)) }

// site is rooms, and a clock that tests set.
type site struct {
	*rooms.Rooms
	t testing.TB

	mu  sync.Mutex
	now time.Time
}

func (s *site) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) later(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(by)
}

// newSite has rooms without processes, which are counted as if they had those of their
// settings.
func newSite(t testing.TB, most, processes int) *site {
	s := &site{t: t, now: time.Unix(0, 0)}
	s.Rooms = quiet(t, rooms.Config{Most: most, MostProcesses: processes, InClass: inClass, Now: s.Now})
	return s
}

// inClass are the seats that take part in a class.
func inClass(seat string) bool { return strings.HasPrefix(seat, "pupil") }

func quiet(t testing.TB, c rooms.Config) *rooms.Rooms {
	c.Make = func(of room.Config, _ rooms.Order) *room.Room {
		if of.Processes != nil {
			of.Processes = &pretended{Bound: of.Processes, n: of.Settings.Servers}
		}
		of.Settings.Servers, of.Database = 0, nowhere{}
		return room.New(of)
	}
	c.Stage = c.Make(room.Config{Name: "stage", Kind: room.Stage, Now: c.Now}, rooms.Order{})
	all := rooms.New(c)
	t.Cleanup(func() { all.Close(); c.Stage.Close() })
	return all
}

// pretended counts processes that a room does not have. The room takes and gives under its
// own lock.
type pretended struct {
	room.Bound
	n, taken int
}

func (p *pretended) Take(int) error {
	err := p.Bound.Take(p.n)
	if err == nil {
		p.taken += p.n
	}
	return err
}

func (p *pretended) Give(int) {
	p.Bound.Give(p.taken)
	p.taken = 0
}

// nowhere is a database that nobody uses.
type nowhere struct{}

func (nowhere) Name() string            { return "t.db" }
func (nowhere) Kind() settings.Database { return settings.SQLite }
func (nowhere) Path() string            { return "" }
func (nowhere) Prepare() error          { return nil }
func (nowhere) InPlace() error          { return nil }
func (nowhere) Remove() error           { return nil }

// order is a room of one server.
func order(seat string, kind room.Kind) rooms.Order {
	o := rooms.Order{Seat: seat, Network: seat, Kind: kind, Settings: settings.Settings{Servers: 1}}
	if kind == room.Lab {
		o.Lab = "restart"
	}
	return o
}

func (s *site) open(o rooms.Order) *room.Room {
	s.t.Helper()
	opened, err := s.Open(s.t.Context(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	return opened
}

func (s *site) use(seat string) {
	s.t.Helper()
	if err := s.Use(s.t.Context(), seat, seat); err != nil {
		s.t.Fatal(err)
	}
}

// A seat is answered by the room of its lab, else by its own, else by the stage, and so is
// nobody else.
func TestSeatIsAnsweredByItsRoom(t *testing.T) {
	t.Parallel()
	s := newSite(t, 9, 9)
	answered := func(when string, want *room.Room, lab string) {
		t.Helper()
		name := want.Name()
		if want == s.Stage {
			name = ""
		}
		if s.Of("ann") != want || s.NameOf("ann") != name || s.Lab("ann") != lab || (s.Mine("ann") == nil) != (want == s.Stage) {
			t.Errorf("%s it is answered by %s, lab %q: %+v", when, s.Of("ann").Name(), s.Lab("ann"), s.Mine("ann"))
		}
		if s.Of("bob") != s.Stage || s.Mine("bob") != nil {
			t.Errorf("%s another seat is answered by %s", when, s.Of("bob").Name())
		}
	}
	answered("at first", s.Stage, "")
	own := s.open(order("ann", room.Own))
	answered("in its own", own, "")
	lab := s.open(order("ann", room.Lab))
	answered("in a lab", lab, "restart")
	s.End("ann", room.Lab)
	answered("after the lab", own, "")
	s.End("ann", room.Own)
	answered("after all", s.Stage, "")
}

// A seat has one room of a kind: another one takes its place, and the first is no more.
func TestOneRoomOfAKind(t *testing.T) {
	t.Parallel()
	s := newSite(t, 9, 9)
	first, second := s.open(order("ann", room.Own)), s.open(order("ann", room.Own))
	if s.Of("ann") != second || s.ByName(first.Name()) != nil || len(s.List()) != 1 {
		t.Errorf("it is answered by %s; there are %v", s.Of("ann").Name(), s.List())
	}
	if err := first.Wake(t.Context()); err == nil {
		t.Error("the first one has not ended")
	}
}

// Names are short, can be read aloud, and no two rooms have the same; the stage has two.
func TestNamesOfRooms(t *testing.T) {
	t.Parallel()
	s := newSite(t, 200, 200)
	name, seen := regexp.MustCompile(`^[abcdefghjkmnpqrstuvwxyz2-9]{4}$`), map[string]bool{}
	for n := range 200 {
		opened := s.open(order(string(rune('a'+n)), room.Own))
		if !name.MatchString(opened.Name()) || seen[opened.Name()] || s.ByName(opened.Name()) != opened {
			t.Errorf("the name %s", opened.Name())
		}
		seen[opened.Name()] = true
	}
	if s.ByName("") != s.Stage || s.ByName("stage") != s.Stage || s.ByName("oooo") != nil {
		t.Error("a name is that of another room")
	}
}

// A room that is reserved sleeps until its seat uses it.
func TestReservedRoomOpensAtFirstUse(t *testing.T) {
	t.Parallel()
	s := newSite(t, 9, 9)
	before := s.open(order("ann", room.Lab))
	if err := s.Reserve(order("ann", room.Lab)); err != nil {
		t.Fatal(err)
	}
	if got := s.Mine("ann"); got.State != rooms.Asleep || got.Name == before.Name() || s.ByName(before.Name()) != nil {
		t.Errorf("reserved: %+v", got)
	}
	s.use("bob")
	if got := s.Mine("ann"); got.State != rooms.Asleep {
		t.Errorf("another seat woke it: %+v", got)
	}
	s.use("ann")
	if got := s.Mine("ann"); got.State != rooms.Awake {
		t.Errorf("used: %+v", got)
	}
}

// A client of a lab is answered as its host is, until it leaves.
func TestGuestIsAnsweredAsItsHost(t *testing.T) {
	t.Parallel()
	s := newSite(t, 9, 9)
	lab := s.open(order("ann", room.Lab))
	leave := s.Join("thief", "ann")
	if s.Of("thief") != lab {
		t.Errorf("it is answered by %s", s.Of("thief").Name())
	}
	s.End("ann", room.Lab)
	if s.Of("thief") != s.Stage {
		t.Errorf("after the room ended it is answered by %s", s.Of("thief").Name())
	}
	again := s.open(order("ann", room.Lab))
	leave()
	if s.Of("thief") != s.Stage || s.Of("ann") != again {
		t.Errorf("after it left it is answered by %s, its host by %s", s.Of("thief").Name(), s.Of("ann").Name())
	}
}

// Without rooms there is the stage alone, and a sentence says how to have some.
func TestSiteWithoutRooms(t *testing.T) {
	t.Parallel()
	s := newSite(t, 0, 9)
	_, err := s.Open(t.Context(), order("ann", room.Own))
	if err == nil || err.Error() != "This site was started without rooms, so there is only the stage. Start it with --rooms to change that." || s.Of("ann") != s.Stage {
		t.Errorf("%v", err)
	}
	if s.Reserve(order("ann", room.Lab)) == nil {
		t.Error("a room is reserved")
	}
}

package rooms_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"twodoors/tests/prepared"
	programs "twodoors/tests/site"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/settings"
)

// real has rooms of the real program, whose databases lie in a folder.
func real(t *testing.T, most int) (all *rooms.Rooms, folder string) {
	t.Helper()
	folder = t.TempDir()
	make := func(c room.Config, _ rooms.Order) *room.Room {
		c.Database = &copied{t: t, path: filepath.Join(folder, c.Name+".db")}
		c.Program = room.Program{Executable: programs.Program(), Server: []string{"server", "--behind-front", "--listen=127.0.0.1:0"}, Redis: []string{"redis"}, Log: discard{}}
		c.Small = room.Small{Disposable: true}
		return room.New(c)
	}
	stage := room.New(room.Config{Name: "stage", Kind: room.Stage, Database: nowhere{}, Now: time.Now})
	all = rooms.New(rooms.Config{Stage: stage, Make: make, Most: most, MostProcesses: 3 * most, Now: time.Now})
	t.Cleanup(func() { all.Close(); stage.Close() })
	return all, folder
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// copied is a database that goes with its room.
type copied struct {
	t    *testing.T
	path string
	made bool
}

func (c *copied) Name() string            { return filepath.Base(c.path) }
func (c *copied) Kind() settings.Database { return settings.SQLite }
func (c *copied) Path() string            { return c.path }
func (c *copied) InPlace() error          { return nil }

func (c *copied) Prepare() error {
	prepared.Database(c.t, c.path)
	c.made = true
	return nil
}

func (c *copied) Remove() error {
	if !c.made {
		return nil
	}
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(c.path + part); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func realOrder(seat string) rooms.Order {
	return rooms.Order{Seat: seat, Network: seat, Kind: room.Own, Settings: settings.Settings{Servers: 1, Balance: settings.BalanceSticky, Doors: settings.Doors{
		Store: settings.StoreMemory, Alg: settings.AlgHS256, Keys: settings.KeysShared, Revocation: settings.RevocationOff,
		AccessLifetime: time.Minute, RefreshLifetime: time.Hour, SessionIdle: time.Minute, SessionLifetime: time.Hour,
	}}}
}

func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}

// nothingLeft fails the test when a folder has a file.
func nothingLeft(t *testing.T, folder string) {
	t.Helper()
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("of the rooms there are left %v", left)
	}
}

// A room that ends while it wakes leaves neither a process nor a file.
func TestRoomEndsWhileItWakes(t *testing.T) {
	t.Parallel()
	all, folder := real(t, 9)
	for n := range 8 {
		seat := fmt.Sprint(n)
		var opening sync.WaitGroup
		opening.Go(func() { all.Open(t.Context(), realOrder(seat)) })
		for all.Mine(seat) == nil || n%2 == 1 && all.Of(seat).Asleep() { // at once, or when its server starts
			runtime.Gosched()
		}
		all.End(seat, room.Own)
		opening.Wait()
	}
	nothingLeft(t, folder)
	if got := all.List(); len(got) > 0 {
		t.Errorf("there are %v", got)
	}
}

// A11: closing ends all rooms: no process and no file is left, and nothing opens any more that
// would outlive it.
func TestCloseLeavesNothing(t *testing.T) {
	t.Parallel()
	all, folder := real(t, 9)
	var pids []int
	for n := range 3 {
		opened, err := all.Open(t.Context(), realOrder(fmt.Sprint(n)))
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, opened.Status().Servers[0].PID)
	}
	all.Close()
	for _, pid := range pids {
		if alive(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
	nothingLeft(t, folder)
}

// Many seats open, use, leave and look at the same time, on a site that has too few rooms for
// them. In the end nothing is counted that is not there: the site takes as many as ever.
func TestManySeatsAtOnce(t *testing.T) {
	t.Parallel()
	const most = 4
	s := newSite(t, most, most)
	var seats sync.WaitGroup
	for n := range 16 {
		seats.Go(func() {
			random, seat := rand.New(rand.NewPCG(22, uint64(n))), fmt.Sprint(n%12) // some are of two
			for range 60 {
				s.later(10 * time.Second)
				switch random.IntN(6) {
				case 0, 1:
					s.Open(t.Context(), order(seat, []room.Kind{room.Own, room.Lab}[random.IntN(2)]))
				case 2, 3:
					s.Use(t.Context(), seat, seat)
				case 4:
					s.End(seat, []room.Kind{room.Own, room.Lab}[random.IntN(2)])
				default:
					if mine := s.Mine(seat); mine != nil && s.List() == nil {
						t.Error("a room is in no list")
					}
				}
			}
		})
	}
	seats.Wait()
	s.EndAll(room.Own)
	s.EndAll(room.Lab)
	for n := range most {
		s.open(order(fmt.Sprint("last", n), room.Own))
		s.use(fmt.Sprint("last", n))
	}
	if _, err := s.Open(t.Context(), order("one more", room.Own)); err == nil {
		t.Error("more than the most are awake")
	}
	if got := s.asleep("last0", "last1", "last2", "last3"); len(got) > 0 {
		t.Errorf("%v sleep, though there is a place for each", got)
	}
}

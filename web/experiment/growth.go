package experiment

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"twodoors/data/sqlite"
	"twodoors/web/trace"
)

// Growing is what a number of users, each logged in once, costs: the time of one
// look-up for somebody who is at work, and the bytes that are kept.
type Growing struct {
	Users    int  `json:"users"`
	Computed bool `json:"computed"` // from what was measured with fewer; the times are not told then

	Memory   Held `json:"memory"`   // sessions in a map like that of the store "memory"
	SQLite   Held `json:"sqlite"`   // sessions in the database
	List     Held `json:"list"`     // revoked tokens in the database: as if everybody had logged out
	Unlisted Held `json:"unlisted"` // tokens without a list: nothing is kept of them and nothing looked up
}

// Held is what keeping costs.
type Held struct {
	Nanoseconds int64 `json:"ns,omitzero"`       // of one look-up, the median
	First       int64 `json:"first_ns,omitzero"` // of the first of each, after something was written: SQLite reads a page anew
	Bytes       int64 `json:"bytes"`             // of all
}

// sizes are the numbers of users. What is larger than mostFilled is computed: filling
// takes too long for who watches.
var sizes = [...]int{1, 1_000, 10_000, 100_000, 1_000_000}

const (
	mostFilled  = 100_000
	lookUps     = 300
	atWork      = 20 // of all users, however many: they ask again and again
	sessionSize = 41 // bytes of the data of a session of ada, as the door encodes it
)

// grow fills a database and a map step by step, and tells of each.
func grow(ctx context.Context, tell func(Growing)) error {
	folder, err := newFolder()
	if err != nil {
		return err
	}
	defer folder.Remove()
	fill, err := sqlite.OpenToFill(ctx, filepath.Join(folder.Path(), "growth.db"))
	if err != nil {
		return err
	}
	defer fill.DB.Close()
	f := &filled{Fill: fill, end: time.Now().Add(time.Hour)}
	user, err := fill.DB.Users.Create(ctx, "growth", "growth", "-", "user", time.Now())
	if err != nil {
		return err
	}
	f.user = user.ID
	var last Growing
	for _, users := range sizes {
		if users > mostFilled {
			tell(last.computed(users))
			continue
		}
		if last, err = f.to(ctx, users); err != nil {
			return fmt.Errorf("with %d users: %w", users, err)
		}
		tell(last)
	}
	return nil
}

// computed is what more users would cost: as many bytes each.
func (g Growing) computed(users int) Growing {
	more := func(k Held) Held { return Held{Bytes: k.Bytes / int64(g.Users) * int64(users)} }
	return Growing{Users: users, Computed: true, Memory: more(g.Memory), SQLite: more(g.SQLite), List: more(g.List)}
}

// filled is a database of the experiment's own.
type filled struct {
	sqlite.Fill
	user  int64
	users int
	end   time.Time

	sessions, list int64 // bytes
}

// to fills up to a number of users, and measures.
func (f *filled) to(ctx context.Context, users int) (Growing, error) {
	before, err := f.Bytes(ctx)
	if err != nil {
		return Growing{}, err
	}
	more := users - f.users
	if err := f.Sessions(ctx, more, f.user, make([]byte, sessionSize), f.end); err != nil {
		return Growing{}, err
	}
	between, err := f.Bytes(ctx)
	if err != nil {
		return Growing{}, err
	}
	if err := f.Fill.Revoked(ctx, more, f.end); err != nil {
		return Growing{}, err
	}
	after, err := f.Bytes(ctx)
	if err != nil {
		return Growing{}, err
	}
	f.users, f.sessions, f.list = users, f.sessions+between-before, f.list+after-between
	g := Growing{Users: users, Memory: inMap(users), SQLite: Held{Bytes: f.sessions}, List: Held{Bytes: f.list}}
	return g, f.lookUp(ctx, &g)
}

// lookUp asks for sessions and tokens from all over, as the doors do.
func (f *filled) lookUp(ctx context.Context, g *Growing) error {
	sessions, err := f.SomeSessions(ctx, lookUps)
	if err != nil {
		return err
	}
	tokens, err := f.SomeRevoked(ctx, lookUps)
	if err != nil {
		return err
	}
	err = g.SQLite.timed(sessions, func(id string) error {
		_, err := f.DB.Sessions.Find(ctx, id, time.Now())
		return err
	})
	if err != nil {
		return err
	}
	return g.List.timed(tokens, func(id string) error {
		_, err := f.DB.Revoked.Has(ctx, id)
		return err
	})
}

// timed looks each up for the first time, where there are enough for a median, and then
// those who are at work again and again: most often each connection that reads has
// their pages.
func (h *Held) timed(ids []string, find func(string) error) (err error) {
	if len(ids) == lookUps {
		if h.First, err = medianOf(ids, 1, find); err != nil {
			return err
		}
	}
	some := ids[:min(atWork, len(ids))]
	h.Nanoseconds, err = medianOf(some, max(lookUps/len(some), 4*(runtime.NumCPU()+1)), find)
	return err
}

// medianOf looks all up, and again as often as is said, and returns how long one took.
func medianOf(ids []string, rounds int, find func(string) error) (int64, error) {
	var took []int64
	for range rounds {
		for _, id := range ids {
			watch := trace.NewStopwatch()
			if err := find(id); err != nil {
				return 0, err
			}
			took = append(took, watch.Elapsed().Nanoseconds())
		}
	}
	return middle(took), nil
}

// inMap keeps sessions in a map, as a server does in its memory, and measures it.
func inMap(users int) Held {
	type session struct {
		data []byte
		end  time.Time
	}
	before := heap()
	sessions, ids := map[string]session{}, []string(nil)
	for range users {
		id := (rand.Text() + rand.Text())[:43]
		sessions[id] = session{make([]byte, sessionSize), time.Now()}
		if len(ids) < atWork {
			ids = append(ids, id)
		}
	}
	kept := Held{Bytes: max(0, heap()-before)}
	var found int
	kept.Nanoseconds, _ = medianOf(ids, lookUps/len(ids), func(id string) error {
		found += len(sessions[id].data)
		return nil
	})
	runtime.KeepAlive(sessions)
	runtime.KeepAlive(found)
	return kept
}

// heap is how many bytes this process uses. What lies in pools goes at the second
// collection only.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

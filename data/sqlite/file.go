package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/data"
)

// file is the database as the file system has it. A process keeps a file that it has opened
// though its name is gone or names another one, and SQLite does not mind: it would write
// into the one, and open its next connection to the other.
type file struct {
	path  string
	parts []part // the database, its write-ahead log, and that one's index
	tells bool   // it logs what happens to it

	disposable bool // nobody misses it once the machine has stopped

	looking sync.Mutex
	away    atomic.Bool  // as last seen
	opened  time.Time    // the zero of looked
	looked  atomic.Int64 // when it was last seen, as a time.Duration
	stop    context.CancelFunc
	done    chan struct{}
}

type part struct {
	name   string
	opened fs.FileInfo
}

// lookEvery is how old what readers know of the file may be. Writers look themselves.
const lookEvery = 200 * time.Millisecond

// add remembers a part as it is now.
func (f *file) add(name string) error {
	opened, err := os.Stat(name)
	if err != nil {
		return unwrapPath(err)
	}
	os.SameFile(opened, opened) // Windows finds out now, and not later, which file it is
	f.parts = append(f.parts, part{name, opened})
	return nil
}

// size is how large the database was when it was opened.
func (f *file) size() int64 { return f.parts[0].opened.Size() }

// pin remembers the write-ahead log and its index. They stay the same for as long as a
// connection is open that has read.
func (f *file) pin() error {
	path, err := filepath.EvalSymlinks(f.path) // they lie beside the file itself
	if err != nil {
		return err
	}
	return errors.Join(f.add(path+"-wal"), f.add(path+"-shm"))
}

// check looks whether everything that was opened is in its place. It takes some microseconds.
func (f *file) check() error {
	f.looking.Lock()
	defer f.looking.Unlock()
	fault := f.compare()
	f.looked.Store(int64(time.Since(f.opened)))
	if away := fault != nil; f.away.Swap(away) != away && f.tells {
		f.tell(fault)
	}
	return fault
}

func (f *file) compare() error {
	kind := data.Missing
	if f.disposable {
		kind = data.Lost
	}
	for _, p := range f.parts {
		is, err := os.Stat(p.name)
		if err == nil && !os.SameFile(is, p.opened) {
			err = errors.New("another file has taken its place")
		}
		if err != nil {
			err = fmt.Errorf("the database file is not the one that was opened: %s: %w", p.name, unwrapPath(err))
			return &data.Fault{Kind: kind, Err: err}
		}
	}
	return nil
}

// known is what a look at the file found that is not long ago. While the file is away, this looks again.
func (f *file) known() error {
	if !f.away.Load() && time.Since(f.opened)-time.Duration(f.looked.Load()) < lookEvery {
		return nil
	}
	return f.check()
}

// tell logs, once, that the file has gone or that it is back.
func (f *file) tell(fault error) {
	if fault == nil {
		slog.Info("the database is back", "path", f.path)
		return
	}
	slog.Error("the database is gone", "path", f.path, "err", fault, "do", data.KindOf(fault).Advice())
}

// guard does what writes. When it returns no error, what was written is in the file that
// lies at the path.
func (f *file) guard(write func() error) error {
	if err := f.check(); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	return f.check()
}

// watch looks at the file until end, so that its loss is logged though nobody reads. Whoever tells nothing
// spares the processor that: there may be hundreds of servers that nobody asks for anything.
func (f *file) watch() {
	if !f.tells {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	f.stop, f.done = stop, make(chan struct{})
	go func() {
		defer close(f.done)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(lookEvery):
				f.check()
			}
		}
	}()
}

// end stops to watch, if it was begun.
func (f *file) end() {
	if f.stop != nil {
		f.stop()
		<-f.done
	}
}

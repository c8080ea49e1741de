package lab_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/web/lab"
	"twodoors/web/trace"
)

// table tells of what is saved, and refuses it while it has to.
type table struct {
	*data.Progress
	saved chan int // how many things happened
	fails atomic.Bool
}

func (t *table) Save(ctx context.Context, changes []data.LabChange) error {
	if t.fails.Load() {
		return errors.New("the disk is full")
	}
	if err := t.Progress.Save(ctx, changes); err != nil {
		return err
	}
	n := 0
	for _, c := range changes {
		n += len(c.Happened)
	}
	t.saved <- n
	return nil
}

func openTable(t *testing.T) *table {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &table{Progress: db.Progress, saved: make(chan int, 1000)}
}

// openOn opens the labs on a table, as a program does that is started.
func openOn(t *testing.T, in lab.Table) *lab.Labs {
	t.Helper()
	labs, err := lab.Open(t.Context(), lab.Config{All: []*lab.Lab{short()}, Rooms: newQuiet(t).rooms, Table: in, Traces: trace.NewLog(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return labs
}

func begunOn(t *testing.T, in *table) *lab.Labs {
	t.Helper()
	labs := openOn(t, in)
	if err := labs.Begin(t.Context(), seat, "", labs.All[0]); err != nil {
		t.Fatal(err)
	}
	<-in.saved
	return labs
}

func id(n int) string { return fmt.Sprintf("%026d", n) }

// observe has the labs see a request in the room of the seat's lab.
func observe(labs *lab.Labs, n int, method, path string) *trace.Trace {
	t := &trace.Trace{ID: id(n), At: now().Add(time.Duration(n+1) * time.Second).UTC(), Method: method, Path: path, Room: labs.Rooms.NameOf(seat), Status: 200, Outcome: trace.Allowed,
		Steps: []trace.Step{{Name: trace.SessionFind, OK: true, Facts: trace.Facts{trace.Number("users", 3)}}}}
	labs.Observe(seat, t)
	return t
}

func expectTrace(t *testing.T, labs *lab.Labs, seat, id, path string) {
	t.Helper()
	found, err := labs.Trace(t.Context(), seat, id)
	if err != nil || (found == nil) != (path == "") || found != nil && (found.ID != id || found.Path != path) {
		t.Errorf("the trace %s of %s: %+v, %v, want %q", id, seat, found, err, path)
	}
}

// What happens is in the table soon, without anybody who waits for it, and many requests
// are few writes. A program that is started anew goes on with it.
func TestWhatHappensIsSavedSoon(t *testing.T) {
	t.Parallel()
	in := openTable(t)
	labs := begunOn(t, in)
	for n := range 50 {
		observe(labs, n, "GET", "/elsewhere")
	}
	writes, saved := 0, 0
	for saved < 50 {
		saved += <-in.saved
		writes++
	}
	if writes > 10 {
		t.Errorf("50 requests are %d writes", writes)
	}
	again := openOn(t, in)
	if p := progress(t, again); len(p.History) != 50 || p.History[49].Trace != id(49) || !strings.Contains(p.Disturbed, "was restarted") {
		t.Errorf("%+v", p)
	}
	expectTrace(t, again, seat, id(49), "/elsewhere")
	expectTrace(t, again, "another seat", id(49), "")
}

// A task that is done is in the table before the request is answered, with all that came
// before it; and by what was done before the program was killed.
func TestTickIsSavedAtOnce(t *testing.T) {
	t.Parallel()
	in := openTable(t)
	labs := begunOn(t, in)
	observe(labs, 1, "GET", "/elsewhere")
	observe(labs, 2, "GET", "/first")
	again := openOn(t, in)
	if p := progress(t, again); len(p.Ticks) != 1 || len(p.History) != 2 || p.Ticks[0].Traces[0] != id(2) {
		t.Fatalf("%+v", p)
	}
	if err := labs.Close(); err != nil { // so that it writes no more
		t.Fatal(err)
	}
	observe(again, 3, "GET", "/second")
	last := progress(t, openOn(t, in))
	if len(last.Ticks) != 2 || last.Running() || !slices.Equal(last.Ticks[1].Traces, []string{id(2), id(3)}) {
		t.Errorf("%+v", last)
	}
}

// What a history has no room for leaves the table too. What shows that a task was done stays.
func TestSavedHistoryIsBounded(t *testing.T) {
	t.Parallel()
	in := openTable(t)
	labs := begunOn(t, in)
	observe(labs, 0, "GET", "/first")
	for n := range 2 * lab.MaxHistory {
		observe(labs, n+1, "GET", "/elsewhere")
	}
	if err := labs.Close(); err != nil {
		t.Fatal(err)
	}
	again := openOn(t, in)
	here, there := progress(t, labs), progress(t, again)
	if len(there.History) != lab.MaxHistory || there.History[0].Path != "/first" || there.History[1].Trace != here.History[1].Trace || !slices.Equal(here.Since, there.Since) {
		t.Errorf("%d in the history, since %v, want %v", len(there.History), there.Since, here.Since)
	}
	expectTrace(t, again, seat, id(0), "/first")
	expectTrace(t, again, seat, id(1), "")
	observe(again, 9999, "GET", "/second")
	if p := progress(t, again); p.Running() {
		t.Error("not finished")
	}
}

// What cannot be written is tried again, and stays in memory so long. An orderly end writes it.
func TestFailedSaveIsTriedAgain(t *testing.T) {
	t.Parallel()
	in := openTable(t)
	labs := begunOn(t, in)
	in.fails.Store(true)
	observe(labs, 1, "GET", "/first") // which tells nobody that it is not kept
	if p := progress(t, labs); len(p.Ticks) != 1 {
		t.Errorf("%+v", p)
	}
	in.fails.Store(false)
	if err := labs.Close(); err != nil {
		t.Error(err)
	}
	if p := progress(t, openOn(t, in)); len(p.Ticks) != 1 || len(p.History) != 1 {
		t.Errorf("%+v", p)
	}
}

// What a lab finds out while it answers a request has its trace when that is finished.
func TestTraceOfWhatWasFoundComesLater(t *testing.T) {
	t.Parallel()
	in := openTable(t)
	labs := begunOn(t, in)
	labs.Found(seat, lab.Seen{Trace: id(1), Method: "POST", Path: "/api/labs/short/find"})
	for <-in.saved == 0 {
	}
	expectTrace(t, labs, seat, id(1), "")
	quiet := &trace.Trace{ID: id(1), Method: "GET", Path: "/api/labs/short/find", Room: labs.Rooms.NameOf(seat), Status: 200, Outcome: trace.Allowed}
	labs.Observe(seat, quiet)
	for <-in.saved == 0 {
	}
	expectTrace(t, labs, seat, id(1), "/api/labs/short/find")
	if p := progress(t, labs); len(p.History) != 1 {
		t.Errorf("%d things happened", len(p.History))
	}
}

// Whoever starts over leaves nothing in the table, whatever is to be saved at that moment.
func TestForgottenProgressDoesNotComeBack(t *testing.T) {
	t.Parallel()
	in := openTable(t)
	labs := begunOn(t, in)
	observe(labs, 1, "GET", "/first")
	observe(labs, 2, "GET", "/elsewhere")
	if err := labs.Forget(t.Context(), seat, ""); err != nil {
		t.Fatal(err)
	}
	if err := labs.Close(); err != nil {
		t.Fatal(err)
	}
	if p := progress(t, openOn(t, in)); p != nil {
		t.Errorf("%+v", p)
	}
	expectTrace(t, labs, seat, id(1), "")
}

// Bytes that are no text keep nothing from the table, and a trace that is too long stays out.
func TestHostileBytesAreSaved(t *testing.T) {
	t.Parallel()
	in := openTable(t)
	labs := begunOn(t, in)
	observe(labs, 1, "GET", "/\xff\xfe")
	long := observe(labs, 2, "GET", "/"+strings.Repeat("x", 20_000))
	if err := labs.Close(); err != nil {
		t.Fatal(err)
	}
	again := openOn(t, in)
	if p := progress(t, again); len(p.History) != 2 || p.History[1].Path != long.Path {
		t.Errorf("%d things happened", len(p.History))
	}
	expectTrace(t, again, seat, id(1), "/\ufffd\ufffd")
	expectTrace(t, again, seat, id(2), "")
}

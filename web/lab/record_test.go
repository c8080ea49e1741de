package lab_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/data/sqlite"
	"twodoors/web/lab"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

const seat = "a-seat-of-tests"

// quiet is a site whose rooms have no servers: nothing happens in them but what a test notes.
type quiet struct{ rooms *rooms.Rooms }

// untouched is a database that nobody uses.
type untouched struct{}

func (untouched) Name() string            { return "t.db" }
func (untouched) Kind() settings.Database { return settings.SQLite }
func (untouched) Path() string            { return "" }
func (untouched) Prepare() error          { return nil }
func (untouched) InPlace() error          { return nil }
func (untouched) Remove() error           { return nil }

// now is the time in tests.
func now() time.Time { return time.Unix(0, 0) }

func newQuiet(t testing.TB) *quiet {
	make := func(c room.Config, _ rooms.Order) *room.Room {
		c.Settings.Servers, c.Database = 0, untouched{}
		return room.New(c)
	}
	stage := make(room.Config{Name: "stage", Kind: room.Stage, Now: now}, rooms.Order{})
	all := rooms.New(rooms.Config{Stage: stage, Make: make, Most: 9, MostProcesses: 9, Now: now})
	t.Cleanup(func() { all.Close(); stage.Close() })
	return &quiet{all}
}

func (q *quiet) request(n int, path string) lab.Seen {
	return lab.Seen{Trace: fmt.Sprint("T", n), At: time.Unix(int64(n), 0).UTC(), Method: "GET", Path: path, Status: 200, Outcome: trace.Allowed}
}

// short is a lab of two tasks. The second asks what will happen.
func short() *lab.Lab {
	hints := []string{"one", "two", "three"}
	return &lab.Lab{Name: "short", Question: "Is this short?", Tasks: []lab.Task{
		{Title: "First", Hints: hints, Done: lab.Each(lab.To("GET", "/first"))},
		{Title: "Second", Hints: hints, Done: lab.InTurn(lab.To("GET", "/first"), lab.To("GET", "/second")),
			Predict: lab.YesOrNo(0, "Will it be allowed?", "Yes", "No", lab.LastAllowed(lab.To("GET", "/second")))},
	}}
}

func openLabs(t testing.TB, site *quiet) *lab.Labs {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	labs, err := lab.Open(t.Context(), lab.Config{
		All: []*lab.Lab{short()}, Rooms: site.rooms, Table: db.Progress, Traces: trace.NewLog(), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { labs.Close() })
	return labs
}

func progress(t testing.TB, labs *lab.Labs) *lab.Progress {
	t.Helper()
	all, err := labs.Progress(t.Context(), seat)
	if err != nil {
		t.Fatal(err)
	}
	return all["short"]
}

// A lab remembers a bounded part of what happened, and of that what shows that a task
// was done.
func TestHistoryIsBounded(t *testing.T) {
	t.Parallel()
	site := newQuiet(t)
	labs := openLabs(t, site)
	if err := labs.Begin(t.Context(), seat, "", labs.All[0]); err != nil {
		t.Fatal(err)
	}
	labs.Note(seat, site.request(0, "/first"))
	for n := range 3 * lab.MaxHistory {
		labs.Note(seat, site.request(n+1, "/elsewhere"))
	}
	p := progress(t, labs)
	if len(p.History) != lab.MaxHistory || len(p.Ticks) != 1 || p.History[0].Path != "/first" {
		t.Fatalf("%d in the history, the first is %s, %d ticks", len(p.History), p.History[0].Path, len(p.Ticks))
	}
	if during := p.Of(1); len(during) != lab.MaxHistory-1 || during[0].Path != "/elsewhere" {
		t.Errorf("%d during the second task", len(during))
	}
	labs.Note(seat, site.request(9999, "/second"))
	if p := progress(t, labs); p.Running() || len(p.Ticks) != 2 {
		t.Errorf("not finished: %+v", p.Ticks)
	}
}

// What happens in a seat that is in no lab, or has left it, counts for nothing.
func TestOnlyRunningLabsCount(t *testing.T) {
	t.Parallel()
	site := newQuiet(t)
	labs := openLabs(t, site)
	labs.Note(seat, site.request(1, "/first"))
	if p := progress(t, labs); p != nil {
		t.Errorf("before it was begun: %+v", p)
	}
	labs.Begin(t.Context(), seat, "", labs.All[0])
	labs.Leave(t.Context(), seat, labs.All[0])
	labs.Note(seat, site.request(2, "/first"))
	if p := progress(t, labs); len(p.Ticks) != 0 || p.Running() {
		t.Errorf("after it was left: %+v", p)
	}
	labs.Begin(t.Context(), seat, "", labs.All[0])
	labs.Note("another-seat", site.request(3, "/first"))
	labs.Note(seat, site.request(4, "/second"))
	if p := progress(t, labs); len(p.Ticks) != 0 || !p.Running() {
		t.Errorf("by another seat: %+v", p)
	}
}

// ours signs the records of this site, theirs those of another.
var ours, theirs = lab.RecordKey(bytes.Repeat([]byte{7}, 32)), lab.RecordKey(bytes.Repeat([]byte{8}, 32))

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

// finished is the record of a finished lab.
func finished(t testing.TB, labs *lab.Labs, site *quiet) []byte {
	t.Helper()
	labs.Begin(t.Context(), seat, "", labs.All[0])
	for n, path := range []string{"/first", "/elsewhere", "/second"} {
		labs.Note(seat, site.request(n, path))
	}
	file, err := lab.NewRecord("test", seat, labs.All[0], progress(t, labs)).Sign(ours)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// A record holds as it was signed, however it is laid out; with anything else in it, or by
// another site, it does not.
func TestRecordHoldsAsItWasSigned(t *testing.T) {
	t.Parallel()
	site := newQuiet(t)
	labs := openLabs(t, site)
	file := finished(t, labs, site)

	compact := jsontext.Value(bytes.Clone(file))
	compact.Compact()
	for _, text := range [][]byte{file, compact} {
		if r, err := lab.CheckRecord(text, public(ours), labs.All); err != nil || r.Lab != "short" || len(r.Tasks) != 2 {
			t.Errorf("%v %+v", err, r)
		}
	}
	if _, err := lab.CheckRecord(file, public(theirs), labs.All); !errors.Is(err, lab.ErrWrongRecord) {
		t.Errorf("by another site: %v", err)
	}
	if signer, whole := lab.SignedBy(file); !whole || !bytes.Equal(signer, public(ours)) {
		t.Errorf("signed by %v, %v", signer, whole)
	}
	foreign := bytes.Replace(file, []byte(lab.WriteKey(public(ours))), []byte(lab.WriteKey(public(theirs))), 1)
	if _, whole := lab.SignedBy(foreign); whole {
		t.Error("a key that has not signed it passes for the one that has")
	}
	for _, change := range [][2]string{{"/second", "/elsewhere"}, {`"T1"`, `"T2"`}, {"EdDSA", "none"}, {`"signature"`, `"sig"`}, {seat, "somebody-else"}} {
		if changed := bytes.Replace(file, []byte(change[0]), []byte(change[1]), 1); !bytes.Equal(changed, file) {
			if _, err := lab.CheckRecord(changed, public(ours), labs.All); err == nil {
				t.Errorf("it holds with %s for %s", change[1], change[0])
			}
		}
	}
}

// What a record says of a task follows from its requests: the times, and what came true.
func TestRecordClaimsWhatItsRequestsShow(t *testing.T) {
	t.Parallel()
	site := newQuiet(t)
	labs := openLabs(t, site)
	labs.Begin(t.Context(), seat, "", labs.All[0])
	predict(t, labs, 2, "no")
	labs.OpenHint(t.Context(), seat, labs.All[0], 2, 2)
	for n, path := range []string{"/elsewhere", "/first", "/elsewhere", "/second"} {
		labs.Note(seat, site.request(10*n, path))
	}
	made := func() lab.Record { return lab.NewRecord("test", seat, labs.All[0], progress(t, labs)) }
	if tasks := made().Tasks; tasks[0].Took != 10 || tasks[1].Took != 20 || tasks[1].Predicted != "no" || tasks[1].Outcome != "yes" || tasks[1].Hints != 2 {
		t.Errorf("%+v", tasks)
	}
	for what, lie := range map[string]func(*lab.Record){
		"nothing":            func(*lab.Record) {},
		"the outcome":        func(r *lab.Record) { r.Tasks[1].Outcome = "no" },
		"how long it took":   func(r *lab.Record) { r.Tasks[1].Took = 300 },
		"when it was done":   func(r *lab.Record) { r.Tasks[1].At = r.Tasks[1].At.Add(time.Hour) },
		"what shows it":      func(r *lab.Record) { r.Tasks[1].Traces = []string{"T77"} },
		"the prediction":     func(r *lab.Record) { r.Tasks[1].Predicted = "perhaps" },
		"one where it asks":  func(r *lab.Record) { r.Tasks[0].Predicted = "no" },
		"the hints":          func(r *lab.Record) { r.Tasks[1].Hints = 4 },
		"the number of them": func(r *lab.Record) { r.Tasks = r.Tasks[:1] },
		"the end":            func(r *lab.Record) { r.Finished = r.Begun },
	} {
		record := made()
		lie(&record)
		file, err := record.Sign(ours)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lab.CheckRecord(file, public(ours), labs.All); errors.Is(err, lab.ErrWrongClaims) != (what != "nothing") || what == "nothing" && err != nil {
			t.Errorf("a lie about %s: %v", what, err)
		}
	}
}

// The signature alone proves nothing: not for a lab that is unfinished or not known, nor in
// another format.
func TestSignedRecordThatProvesNothing(t *testing.T) {
	t.Parallel()
	site := newQuiet(t)
	labs := openLabs(t, site)
	undone := lab.Record{Format: lab.RecordFormat, Lab: "short", History: lab.History{site.request(1, "/first")}}
	text, err := undone.Sign(ours)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lab.CheckRecord(text, public(ours), labs.All); !errors.Is(err, lab.ErrUnfinished) {
		t.Errorf("signed, and not finished: %v", err)
	}
	for _, format := range []int{0, lab.RecordFormat - 1, lab.RecordFormat + 1} {
		older, err := lab.Record{Format: format, Lab: "short"}.Sign(ours)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lab.CheckRecord(older, public(ours), labs.All); !errors.Is(err, lab.ErrOlderRecord) {
			t.Errorf("of format %d: %v", format, err)
		}
		if _, err := lab.CheckRecord(older, public(theirs), labs.All); !errors.Is(err, lab.ErrWrongRecord) {
			t.Errorf("of format %d, by another site: %v", format, err)
		}
	}
	if _, err := lab.CheckRecord(finished(t, labs, site), public(ours), nil); !errors.Is(err, lab.ErrNoSuchRecord) {
		t.Errorf("of a lab that is not known: %v", err)
	}
}

// Whatever a file holds, it is checked without a panic, and nothing that was not
// signed holds.
func FuzzRecord(f *testing.F) {
	site := newQuiet(f)
	labs := openLabs(f, site)
	file := finished(f, labs, site)
	key := public(ours)
	f.Add(file)
	f.Add([]byte(`{"record":null,"signature":".."}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := lab.CheckRecord(text, key, labs.All); err == nil && !bytes.Equal(recordIn(text), recordIn(file)) {
			t.Errorf("%q holds", text)
		}
	})
}

// recordIn is what was signed of a file, in the order and layout in which all that mean
// the same are alike.
func recordIn(text []byte) []byte {
	var file struct {
		Record jsontext.Value `json:"record"`
	}
	if json.Unmarshal(text, &file) != nil || file.Record.Canonicalize() != nil {
		return text
	}
	return file.Record
}

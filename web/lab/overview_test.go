package lab_test

import (
	"testing"
	"time"

	"twodoors/web/lab"
	"twodoors/web/trace"
)

// Somebody who looks on learns where a person is, what they tried last, and what they expected.
func TestOverviewTellsHowAPersonStands(t *testing.T) {
	t.Parallel()
	site := newQuiet(t)
	labs := openLabs(t, site)
	if labs.Overview(seat) != nil {
		t.Error("a seat that has begun nothing has an overview")
	}
	begin(t, labs)
	predict(t, labs, 2, "yes")
	labs.Note(seat, site.request(10, "/first"))
	labs.Note(seat, site.request(20, "/elsewhere"))
	refused := site.request(30, "/elsewhere")
	refused.Outcome, refused.Reason = trace.Denied, trace.SessionFind
	labs.Note(seat, refused)
	thief := site.request(40, "/elsewhere")
	thief.Client = lab.Thief
	labs.Note(seat, thief)
	if err := labs.OpenHint(t.Context(), seat, labs.All[0], 2, 1); err != nil {
		t.Fatal(err)
	}
	all := labs.Overview(seat)
	if len(all) != 1 {
		t.Fatalf("%+v", all)
	}
	got := all[0]
	if got.Refused == nil || got.Refused.Trace != "T30" {
		t.Errorf("the last refusal is %+v", got.Refused)
	}
	got.Refused = nil
	want := lab.Overview{
		Lab: "short", Standing: lab.Running, Done: 1, Tasks: 2, Begun: now().UTC(), Ticked: time.Unix(10, 0).UTC(), Active: time.Unix(30, 0).UTC(),
		Tries: 2, Hints: 1, Asked: 1, Predicted: 1,
	}
	if got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	labs.Note(seat, site.request(50, "/second"))
	if done := labs.Overview(seat)[0]; done.Standing != lab.Finished || done.Right != 1 || done.Tries != 0 || done.Refused != nil {
		t.Errorf("finished: %+v", done)
	}
}

// What a seat did before the program was started again is there once it was loaded.
func TestOverviewIsThereOnceLoaded(t *testing.T) {
	t.Parallel()
	in := openTable(t)
	labs := begunOn(t, in)
	predict(t, labs, 2, "no")
	if err := labs.Close(); err != nil {
		t.Fatal(err)
	}
	again := openOn(t, in)
	if err := again.Load(t.Context(), seat); err != nil {
		t.Fatal(err)
	}
	if all := again.Overview(seat); len(all) != 1 || all[0].Standing != lab.Running {
		t.Errorf("%+v", all)
	}
	if p := progress(t, again); p.Predicted(1) != "no" {
		t.Errorf("the prediction is %q", p.Predicted(1))
	}
}

// A class of 200 is looked at several times a second.
func BenchmarkOverview(b *testing.B) {
	site := newQuiet(b)
	labs := openLabs(b, site)
	if err := labs.Begin(b.Context(), seat, "", labs.All[0]); err != nil {
		b.Fatal(err)
	}
	for n := range lab.MaxHistory {
		labs.Note(seat, site.request(n, "/elsewhere"))
	}
	for b.Loop() {
		labs.Overview(seat)
	}
}

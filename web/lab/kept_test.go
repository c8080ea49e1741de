package lab_test

import (
	"errors"
	"net/http"
	"testing"

	"twodoors/web/httpio"
	"twodoors/web/lab"
)

func begin(t *testing.T, labs *lab.Labs) {
	t.Helper()
	if err := labs.Begin(t.Context(), seat, "", labs.All[0]); err != nil {
		t.Fatal(err)
	}
}

func predict(t *testing.T, labs *lab.Labs, task int, answer string) {
	t.Helper()
	if err := labs.Predict(t.Context(), seat, labs.All[0], task, answer); err != nil {
		t.Fatal(err)
	}
}

func expectStatus(t *testing.T, what string, err error, status int) {
	t.Helper()
	fault, ok := errors.AsType[*httpio.Fault](err)
	if !ok || fault.Status != status {
		t.Errorf("%s: %v, want status %d", what, err, status)
	}
}

// A prediction is kept while it is one: in a lab that is under way, before its task is done.
func TestPredictionComesBefore(t *testing.T) {
	t.Parallel()
	site := newQuiet(t)
	labs := openLabs(t, site)
	short := labs.All[0]
	expectStatus(t, "before the lab has begun", labs.Predict(t.Context(), seat, short, 2, "yes"), http.StatusConflict)
	begin(t, labs)
	for what, err := range map[string]error{
		"no such task":     labs.Predict(t.Context(), seat, short, 3, "yes"),
		"task 0":           labs.Predict(t.Context(), seat, short, 0, "yes"),
		"a task that asks": labs.Predict(t.Context(), seat, short, 1, "yes"),
		"no such answer":   labs.Predict(t.Context(), seat, short, 2, "perhaps"),
	} {
		expectStatus(t, what, err, http.StatusUnprocessableEntity)
	}
	predict(t, labs, 2, "no")
	predict(t, labs, 2, "yes")
	if p := progress(t, labs); p.Predicted(1) != "yes" || len(p.Predictions) != 1 {
		t.Errorf("%+v", p.Predictions)
	}
	labs.Note(seat, site.request(1, "/first"))
	labs.Note(seat, site.request(2, "/second"))
	if p := progress(t, labs); p.Ticks[0].Outcome != "" || p.Ticks[1].Outcome != "yes" {
		t.Errorf("%+v", p.Ticks)
	}
	expectStatus(t, "after the lab is finished", labs.Predict(t.Context(), seat, short, 2, "no"), http.StatusConflict)
}

// After its task is done a prediction stays as it is, and hints are a reference.
func TestDoneTaskKeepsWhatWasBefore(t *testing.T) {
	t.Parallel()
	site := newQuiet(t)
	labs := openLabs(t, site)
	begin(t, labs)
	open := func(task, hint int) error { return labs.OpenHint(t.Context(), seat, labs.All[0], task, hint) }
	if err := errors.Join(open(1, 2), open(1, 1)); err != nil {
		t.Fatal(err)
	}
	labs.Note(seat, site.request(1, "/first"))
	if err := open(1, 3); err != nil {
		t.Error(err)
	}
	if p := progress(t, labs); p.HintsOpened(0) != 2 || p.HintsOpened(1) != 0 {
		t.Errorf("%+v", p.Hints)
	}
	expectStatus(t, "no such hint", open(2, 4), http.StatusUnprocessableEntity)
	labs.HoldBack = func(string) bool { return true }
	expectStatus(t, "the answer, held back", open(2, 3), http.StatusConflict)
	if err := open(2, 2); err != nil {
		t.Error(err)
	}
}

// What is predicted and opened while it is being saved is saved as well, and is there when the program starts again.
func TestPredictionsAndHintsOutliveTheProgram(t *testing.T) {
	t.Parallel()
	in := openTable(t)
	labs := begunOn(t, in)
	predict(t, labs, 2, "no")
	<-in.saved
	predict(t, labs, 2, "yes")
	if err := labs.OpenHint(t.Context(), seat, labs.All[0], 1, 1); err != nil {
		t.Fatal(err)
	}
	if err := labs.Close(); err != nil {
		t.Fatal(err)
	}
	if p := progress(t, openOn(t, in)); p.Predicted(1) != "yes" || p.HintsOpened(0) != 1 {
		t.Errorf("%+v, %+v", p.Predictions, p.Hints)
	}
}

package datatest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"twodoors/data"
)

var progress = map[string]promise{
	"LastStateIsKept":       lastStateIsKept,
	"DropForgetsWhatItSays": dropForgetsWhatItSays,
	"ProgressIsBounded":     progressIsBounded,
	"RecentSeats":           recentSeats,
	"HistoryIsAddedTo":      historyIsAddedTo,
	"TracesAreOfTheirSeat":  tracesAreOfTheirSeat,
	"ChangesAreOne":         changesAreOne,
}

func (s *site) save(t *testing.T, seat, lab, state string, happened ...data.Happened) {
	t.Helper()
	s.change(t, data.LabChange{LabState: data.LabState{Seat: seat, Lab: lab, State: []byte(state), Happened: happened}})
}

func (s *site) change(t *testing.T, changes ...data.LabChange) {
	t.Helper()
	if err := s.db.Progress.Save(t.Context(), changes); err != nil {
		t.Fatal(err)
	}
}

// labs are what a seat has done, as "lab state" each, with what happened there.
func (s *site) labs(t *testing.T, seat string) (all []string) {
	t.Helper()
	states, err := s.db.Progress.Load(t.Context(), seat)
	if err != nil {
		t.Fatal(err)
	}
	for _, lab := range states {
		text := lab.Lab + " " + string(lab.State)
		for _, h := range lab.Happened {
			text += fmt.Sprint(" ", h.Number, " ", h.Trace, " ", string(h.Seen))
		}
		all = append(all, text)
	}
	return all
}

// expectTrace expects that of something that happened in a lab of a seat, none when it is empty.
func (s *site) expectTrace(t *testing.T, seat, id, want string) {
	t.Helper()
	record, err := s.db.Progress.Trace(t.Context(), seat, id)
	if string(record) != want || (want == "") != errors.Is(err, data.ErrNotFound) {
		t.Errorf("the trace %s of %s is %q (%v), want %q", id, seat, record, err, want)
	}
}

func (s *site) expectLabs(t *testing.T, seat string, want ...string) {
	t.Helper()
	if got := s.labs(t, seat); !slices.Equal(got, want) {
		t.Errorf("%s has done %q, want %q", seat, got, want)
	}
}

func lastStateIsKept(t *testing.T, s *site) {
	s.save(t, "seat", "restart", "1")
	s.save(t, "seat", "theft", "2")
	s.save(t, "other", "restart", "3")
	s.save(t, "seat", "restart", "4")
	s.expectLabs(t, "seat", "restart 4", "theft 2")
	s.expectLabs(t, "other", "restart 3")
	s.expectLabs(t, "nobody")
}

func dropForgetsWhatItSays(t *testing.T, s *site) {
	for _, seat := range []string{"a", "b", "c"} {
		s.save(t, seat, "restart", "1")
		s.save(t, seat, "theft", "1")
	}
	for _, step := range []struct {
		seat, lab string
		a, b, c   []string
	}{
		{"a", "restart", []string{"theft 1"}, []string{"restart 1", "theft 1"}, []string{"restart 1", "theft 1"}},
		{"b", "", []string{"theft 1"}, nil, []string{"restart 1", "theft 1"}},
		{"", "theft", nil, nil, []string{"restart 1"}},
		{"", "", nil, nil, nil},
	} {
		if err := s.db.Progress.Drop(t.Context(), step.seat, step.lab); err != nil {
			t.Error(err)
		}
		s.expectLabs(t, "a", step.a...)
		s.expectLabs(t, "b", step.b...)
		s.expectLabs(t, "c", step.c...)
	}
}

// What nobody has touched for half a year goes, and of more than 20,000 the oldest.
func progressIsBounded(t *testing.T, s *site) {
	s.save(t, "old", "restart", "1")
	s.administer(t, "UPDATE lab_progress SET changed_at = $1", time.Now().Add(-181*24*time.Hour).Unix())
	s.save(t, "new", "restart", "1")
	s.expectLabs(t, "old")
	s.administer(t, `
		INSERT INTO lab_progress (seat, lab, state, changed_at)
		WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < 20100)
		SELECT 's' || i, 'restart', $1, CAST($2 AS bigint) + i FROM counted`, []byte("1"), time.Now().Add(-24*time.Hour).Unix())
	s.save(t, "newest", "restart", "1")
	if n := s.count(t, "SELECT count(*) FROM lab_progress"); n < 20_000 || n > 20_001 {
		t.Errorf("%d are kept", n)
	}
	s.expectLabs(t, "s1")
	s.expectLabs(t, "s20100", "restart 1")
	s.expectLabs(t, "newest", "restart 1")
}

func recentSeats(t *testing.T, s *site) {
	for _, seat := range []string{"yesterday", "early", "late"} {
		s.save(t, seat, "restart", "1")
		s.save(t, seat, "theft", "1")
	}
	now := time.Now()
	for seat, at := range map[string]time.Time{"yesterday": now.Add(-25 * time.Hour), "early": now.Add(-2 * time.Hour), "late": now.Add(-3 * time.Hour)} {
		s.administer(t, "UPDATE lab_progress SET changed_at = $1 WHERE seat = $2", at.Unix(), seat)
	}
	s.administer(t, "UPDATE lab_progress SET changed_at = $1 WHERE seat = 'late' AND lab = 'theft'", now.Add(-time.Hour).Unix())
	seats, err := s.db.Progress.Recent(t.Context())
	if err != nil || !slices.Equal(seats, []string{"late", "early"}) {
		t.Errorf("%q, %v", seats, err)
	}
}

func happened(number int64, trace, record string) data.Happened {
	return data.Happened{Number: number, Trace: trace, Seen: []byte("{}"), Record: []byte(record)}
}

// What happened is kept beside what was there, in its order, and goes by its number or with
// its lab.
func historyIsAddedTo(t *testing.T, s *site) {
	s.save(t, "seat", "restart", "1", happened(2, "B", "b"))
	s.save(t, "seat", "restart", "2", happened(1, "A", "a"), happened(10, "C", ""))
	s.save(t, "seat", "theft", "3")
	s.save(t, "other", "restart", "4", happened(1, "D", "d"))
	s.expectLabs(t, "seat", "restart 2 1 A {} 2 B {} 10 C {}", "theft 3")
	s.change(t, data.LabChange{LabState: data.LabState{Seat: "seat", Lab: "restart", State: []byte("5")}, Gone: []int64{1, 7}})
	s.expectLabs(t, "seat", "restart 5 2 B {} 10 C {}", "theft 3")
	s.expectLabs(t, "other", "restart 4 1 D {}")
	if err := s.db.Progress.Drop(t.Context(), "seat", "restart"); err != nil {
		t.Fatal(err)
	}
	if n := s.count(t, "SELECT count(*) FROM lab_history"); n != 1 {
		t.Errorf("%d things are kept, want the other seat's", n)
	}
}

// I3: a trace is found by its own seat. It may come later than what it is of, and does not
// get lost when that is kept again.
func tracesAreOfTheirSeat(t *testing.T, s *site) {
	s.save(t, "seat", "restart", "1", happened(1, "A", ""), happened(2, "B", "b"))
	s.save(t, "other", "restart", "1", happened(1, "C", "c"))
	s.expectTrace(t, "seat", "A", "")
	s.expectTrace(t, "seat", "B", "b")
	s.expectTrace(t, "seat", "C", "")
	s.expectTrace(t, "nobody", "B", "")
	s.save(t, "seat", "restart", "1", happened(1, "A", "a"), happened(2, "B", ""))
	s.expectTrace(t, "seat", "A", "a")
	s.expectTrace(t, "seat", "B", "b")
	if err := s.db.Progress.Drop(t.Context(), "", ""); err != nil {
		t.Fatal(err)
	}
	s.expectTrace(t, "seat", "B", "")
}

// Of several changes all are kept or none.
func changesAreOne(t *testing.T, s *site) {
	s.save(t, "seat", "restart", "1")
	err := s.db.Progress.Save(t.Context(), []data.LabChange{
		{LabState: data.LabState{Seat: "seat", Lab: "restart", State: []byte("2"), Happened: []data.Happened{happened(1, "A", "a")}}},
		{LabState: data.LabState{Seat: "seat", Lab: "theft"}}, // without a state
	})
	if err == nil {
		t.Error("progress without a state is kept")
	}
	s.expectLabs(t, "seat", "restart 1")
	s.expectTrace(t, "seat", "A", "")
}

package datatest

import (
	"slices"
	"testing"
	"time"
)

var progress = map[string]promise{
	"LastStateIsKept":       lastStateIsKept,
	"DropForgetsWhatItSays": dropForgetsWhatItSays,
	"ProgressIsBounded":     progressIsBounded,
	"RecentSeats":           recentSeats,
}

func (s *site) save(t *testing.T, seat, lab, state string) {
	t.Helper()
	if err := s.db.Progress.Save(t.Context(), seat, lab, []byte(state)); err != nil {
		t.Fatal(err)
	}
}

// labs are what a seat has done, as "lab state" each.
func (s *site) labs(t *testing.T, seat string) (all []string) {
	t.Helper()
	states, err := s.db.Progress.Load(t.Context(), seat)
	if err != nil {
		t.Fatal(err)
	}
	for lab, state := range states {
		all = append(all, lab+" "+string(state))
	}
	slices.Sort(all)
	return all
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

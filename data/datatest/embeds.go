package datatest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"twodoors/data"
)

var embeds = map[string]promise{
	"CopiesAreShownToAll":     copiesAreShownToAll,
	"TracesAreEmbeddedOnce":   tracesAreEmbeddedOnce,
	"OwnersTakeBack":          ownersTakeBack,
	"SeatsTakeBackAll":        seatsTakeBackAll,
	"EmbedsAreBounded":        embedsAreBounded,
	"EmbedsLastAsLongAsASeat": embedsLastAsLongAsASeat,
	"FullTableKeepsWhatItHas": fullTableKeepsWhatItHas,
	"ServersAgreeOnEmbeds":    serversAgreeOnEmbeds,
	"BoundHoldsForAllAtOnce":  boundHoldsForAllAtOnce,
	"OversizedCopiesAreNone":  oversizedCopiesAreNone,
}

func (s *site) embed(t *testing.T, seat, id, trace string) {
	t.Helper()
	if got, err := s.tryEmbed(t, seat, id, trace); err != nil || got != id {
		t.Fatalf("%s is embedded as %q (%v), want %s", trace, got, err, id)
	}
}

func (s *site) tryEmbed(t *testing.T, seat, id, trace string) (string, error) {
	return s.db.Embeds.Add(t.Context(), seat, data.Embed{ID: id, Trace: trace, Record: []byte("copy of " + trace), Made: s.now})
}

// embedded are the ids of a seat's copies.
func (s *site) embedded(t *testing.T, seat string, now time.Time) (ids []string) {
	t.Helper()
	all, err := s.db.Embeds.Of(t.Context(), seat, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		ids = append(ids, one.ID)
	}
	return ids
}

// expectCopy expects what an id shows, nothing when it is empty.
func (s *site) expectCopy(t *testing.T, id, want string, now time.Time) {
	t.Helper()
	record, err := s.db.Embeds.Record(t.Context(), id, now)
	if string(record) != want || (want == "") != errors.Is(err, data.ErrNotFound) {
		t.Errorf("%s shows %q (%v), want %q", id, record, err, want)
	}
}

func copiesAreShownToAll(t *testing.T, s *site) {
	s.embed(t, "seat", "E1", "A")
	s.embed(t, "other", "E2", "B")
	s.expectCopy(t, "E1", "copy of A", s.now)
	s.expectCopy(t, "E2", "copy of B", s.now)
	s.expectCopy(t, "A", "", s.now)
	s.expectCopy(t, "", "", s.now)
	all, err := s.db.Embeds.Of(t.Context(), "seat", s.now)
	if err != nil || len(all) != 1 || all[0].ID != "E1" || all[0].Trace != "A" || string(all[0].Record) != "copy of A" || !all[0].Made.Equal(s.now) {
		t.Errorf("%+v, %v", all, err)
	}
}

func tracesAreEmbeddedOnce(t *testing.T, s *site) {
	s.embed(t, "seat", "E1", "A")
	if id, err := s.tryEmbed(t, "seat", "E2", "A"); err != nil || id != "E1" {
		t.Errorf("again it is %q, %v", id, err)
	}
	s.expectCopy(t, "E2", "", s.now)
	s.embed(t, "other", "E3", "A")
}

func ownersTakeBack(t *testing.T, s *site) {
	s.embed(t, "seat", "E1", "A")
	if err := s.db.Embeds.Remove(t.Context(), "other", "E1"); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("another seat took it back: %v", err)
	}
	s.expectCopy(t, "E1", "copy of A", s.now)
	if err := s.db.Embeds.Remove(t.Context(), "seat", "E1"); err != nil {
		t.Error(err)
	}
	s.expectCopy(t, "E1", "", s.now)
	if err := s.db.Embeds.Remove(t.Context(), "seat", "E1"); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("taken back twice: %v", err)
	}
}

func embedsAreBounded(t *testing.T, s *site) {
	for i := range data.MaxEmbedsPerSeat {
		s.embed(t, "seat", fmt.Sprint("E", i), fmt.Sprint("T", i))
	}
	if _, err := s.tryEmbed(t, "seat", "more", "more"); !errors.Is(err, data.ErrSeatEmbedsFull) {
		t.Errorf("one more: %v", err)
	}
	if id, err := s.tryEmbed(t, "seat", "again", "T3"); err != nil || id != "E3" {
		t.Errorf("one that is there: %q, %v", id, err)
	}
	s.embed(t, "other", "theirs", "T0")
	if n := len(s.embedded(t, "seat", s.now)); n != data.MaxEmbedsPerSeat {
		t.Errorf("%d are kept", n)
	}
}

func embedsLastAsLongAsASeat(t *testing.T, s *site) {
	s.embed(t, "seat", "E1", "A")
	last, over := s.now.Add(data.KeepEmbeds), s.now.Add(data.KeepEmbeds+time.Second)
	s.expectCopy(t, "E1", "copy of A", last)
	s.expectCopy(t, "E1", "", over)
	if ids := s.embedded(t, "seat", over); len(ids) != 0 {
		t.Errorf("listed: %q", ids)
	}
	s.now = over
	s.embed(t, "other", "E2", "B")
	if n := s.count(t, "SELECT count(*) FROM embeds"); n != 1 {
		t.Errorf("%d rows are kept", n)
	}
}

// Whoever has many seats may keep others from embedding more, and cannot take away what they show.
func fullTableKeepsWhatItHas(t *testing.T, s *site) {
	s.embed(t, "seat", "E1", "A")
	s.administer(t, `
		INSERT INTO embeds (id, seat, trace, record, made_at)
		WITH RECURSIVE counted (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM counted WHERE i < 2000)
		SELECT 'F' || i, 's' || i, 'A', $1, CAST($2 AS bigint) FROM counted`, []byte("1"), s.now.Unix())
	if _, err := s.tryEmbed(t, "newest", "E3", "C"); !errors.Is(err, data.ErrEmbedsFull) {
		t.Errorf("beyond the bound: %v", err)
	}
	s.expectCopy(t, "E1", "copy of A", s.now)
	if err := s.db.Embeds.Remove(t.Context(), "seat", "E1"); err != nil {
		t.Error(err)
	}
	s.embed(t, "newest", "E3", "C")
}

func serversAgreeOnEmbeds(t *testing.T, s *site) {
	s.embed(t, "seat", "E1", "A")
	other := s.server(t)
	if record, err := other.Embeds.Record(t.Context(), "E1", s.now); err != nil || string(record) != "copy of A" {
		t.Errorf("%q, %v", record, err)
	}
	if err := other.Embeds.Remove(t.Context(), "seat", "E1"); err != nil {
		t.Error(err)
	}
	s.expectCopy(t, "E1", "", s.now)
}

func boundHoldsForAllAtOnce(t *testing.T, s *site) {
	const more = 10
	done := make(chan error)
	for n, db := range s.servers(t, 2) {
		for i := range (data.MaxEmbedsPerSeat + more) / 2 {
			go func() {
				id := fmt.Sprint("E", n, "-", i)
				_, err := db.Embeds.Add(t.Context(), "seat", data.Embed{ID: id, Trace: id, Record: []byte("1"), Made: s.now})
				done <- err
			}()
		}
	}
	refused := 0
	for range data.MaxEmbedsPerSeat + more {
		switch err := <-done; {
		case errors.Is(err, data.ErrSeatEmbedsFull):
			refused++
		case err != nil:
			t.Error(err)
		}
	}
	if n := len(s.embedded(t, "seat", s.now)); n != data.MaxEmbedsPerSeat || refused != more {
		t.Errorf("%d are kept, %d were refused", n, refused)
	}
}

func oversizedCopiesAreNone(t *testing.T, s *site) {
	_, err := s.db.Embeds.Add(t.Context(), "seat", data.Embed{ID: "E1", Trace: "A", Record: []byte(strings.Repeat("x", data.MaxEmbedBytes+1)), Made: s.now})
	if !errors.Is(err, data.ErrEmbedLarge) {
		t.Error(err)
	}
	s.expectCopy(t, "E1", "", s.now)
}

func seatsTakeBackAll(t *testing.T, s *site) {
	s.embed(t, "seat", "E1", "A")
	s.embed(t, "seat", "E2", "B")
	s.embed(t, "other", "E3", "C")
	if err := s.db.Embeds.RemoveAll(t.Context(), "seat"); err != nil {
		t.Fatal(err)
	}
	if left := append(s.embedded(t, "seat", s.now), s.embedded(t, "other", s.now)...); len(left) != 1 || left[0] != "E3" {
		t.Errorf("%v are left", left)
	}
}

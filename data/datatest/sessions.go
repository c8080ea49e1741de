package datatest

import (
	"testing"
	"time"

	"twodoors/data"
)

var sessions = map[string]promise{
	"SessionIsFoundUntilItsEnd":     sessionIsFoundUntilItsEnd,
	"DeletedSessionDoesNotComeBack": deletedSessionDoesNotComeBack,
	"SessionsGoWithTheirAccount":    sessionsGoWithTheirAccount,
	"PurgeIsBounded":                purgeIsBounded,
}

func sessionIsFoundUntilItsEnd(t *testing.T, s *site) {
	ada, elsewhere := s.user(t, "ada", "user"), s.server(t)
	kept := []byte{0, 'x', 0xff}
	if err := s.db.Sessions.Insert(t.Context(), "h", ada, kept, s.soon); err != nil {
		t.Fatal(err)
	}
	if got, err := elsewhere.Sessions.Find(t.Context(), "h", s.now); err != nil || string(got) != string(kept) {
		t.Errorf("%q, %v", got, err)
	}
	if err := s.db.Sessions.Update(t.Context(), "h", []byte("y"), s.soon.Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if got, err := elsewhere.Sessions.Find(t.Context(), "h", s.soon); err != nil || string(got) != "y" {
		t.Errorf("changed: %q, %v", got, err)
	}
	for name, found := range map[string]error{
		"at its end": second(s.db.Sessions.Find(t.Context(), "h", s.soon.Add(time.Hour))),
		"of nobody":  second(s.db.Sessions.Find(t.Context(), "other", s.now)),
	} {
		if found != data.ErrNotFound {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// A slow request that outlives a logout does not bring the session back.
func deletedSessionDoesNotComeBack(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	if err := s.db.Sessions.Insert(t.Context(), "h", ada, []byte("x"), s.soon); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.db.Sessions.Delete(t.Context(), "h"); err != nil {
			t.Error(err)
		}
	}
	if err := s.db.Sessions.Update(t.Context(), "h", []byte("y"), s.soon); err != data.ErrNotFound {
		t.Errorf("change of what is gone: %v", err)
	}
	if _, err := s.db.Sessions.Find(t.Context(), "h", s.now); err != data.ErrNotFound {
		t.Errorf("it came back: %v", err)
	}
}

func sessionsGoWithTheirAccount(t *testing.T, s *site) {
	if err := s.db.Sessions.Insert(t.Context(), "h", s.user(t, "ada", "user"), []byte("x"), s.soon); err != nil {
		t.Fatal(err)
	}
	s.administer(t, "DELETE FROM users")
	if _, err := s.db.Sessions.Find(t.Context(), "h", s.now); err != data.ErrNotFound {
		t.Error(err)
	}
}

// Nobody waits for a great clean-up: expired sessions go a thousand at a time, and no other.
func purgeIsBounded(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	s.administer(t, `
		INSERT INTO sessions (id_hash, user_id, data, expires_at)
		WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < 1005)
		SELECT 'h' || i, $1, $2, $3 FROM counted`, ada.ID, []byte("x"), s.now.Unix())
	if err := s.db.Sessions.Insert(t.Context(), "living", ada, []byte("x"), s.soon); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int64{1000, 5, 0} {
		if n, err := s.db.Sessions.Purge(t.Context(), s.now); err != nil || n != want {
			t.Errorf("%d are gone, want %d: %v", n, want, err)
		}
	}
	if _, err := s.db.Sessions.Find(t.Context(), "living", s.now); err != nil {
		t.Error(err)
	}
}

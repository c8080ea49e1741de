package datatest

import (
	"errors"
	"sync"
	"testing"

	"twodoors/data"
)

// Whoever asks a closed database is told so, whoever asks while it closes gets an answer or
// is told so, and closing it again does no harm.
func closedDatabaseAnswersNobody(t *testing.T, s *site) {
	ada, db := s.user(t, "ada", "user"), s.server(t)
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			for {
				if _, err := db.Users.ByID(t.Context(), ada.ID); err != nil {
					return
				}
			}
		})
	}
	if err := errors.Join(db.Close(), db.Close()); err != nil {
		t.Error(err)
	}
	asking.Wait()
	_, err := db.Users.ByID(t.Context(), ada.ID)
	_, failed := db.Sessions.Find(t.Context(), "x", s.now)
	_, unread := db.Keys.Living(t.Context())
	for name, err := range map[string]error{
		"account": err, "session": failed, "keys": unread,
		"write": db.Sessions.Delete(t.Context(), "x"), "transaction": db.Revoked.Add(t.Context(), "x", s.soon, s.now),
	} {
		if err == nil || errors.Is(err, data.ErrNotFound) {
			t.Errorf("%s of a closed database: %v", name, err)
		}
	}
}

package datatest

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"
)

var revoked = map[string]promise{
	"RevokedTokenIsListedEverywhere": revokedTokenIsListedEverywhere,
	"ListForgetsWhatHasExpired":      listForgetsWhatHasExpired,
}

// Whoever revokes a token, once or more often, at whichever server: all know.
func revokedTokenIsListedEverywhere(t *testing.T, s *site) {
	servers := s.servers(t, 4)
	var revoking sync.WaitGroup
	for _, db := range servers {
		for range 2 {
			revoking.Go(func() {
				if err := db.Revoked.Add(t.Context(), "jti", s.soon, s.now); err != nil {
					t.Error(err)
				}
			})
		}
	}
	revoking.Wait()
	for i, db := range servers {
		for jti, want := range map[string]bool{"jti": true, "JTI": false, "": false} {
			if got, err := db.Revoked.Has(t.Context(), jti); err != nil || got != want {
				t.Errorf("server %d, %q: %t, %v", i+1, jti, got, err)
			}
		}
	}
}

// A token that expired is refused for that. Each new entry removes up to ten that expired an hour ago.
func listForgetsWhatHasExpired(t *testing.T, s *site) {
	for i := range 15 {
		if err := s.db.Revoked.Add(t.Context(), fmt.Sprint(i), s.soon, s.now); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		at   time.Time
		left int
	}{{s.soon.Add(time.Minute), 16}, {s.soon.Add(2 * time.Hour), 7}, {s.soon.Add(2 * time.Hour), 3}} {
		if err := s.db.Revoked.Add(t.Context(), rand.Text(), step.at.Add(time.Hour), step.at); err != nil {
			t.Error(err)
		}
		if n := s.count(t, "SELECT count(*) FROM revoked_tokens"); n != step.left {
			t.Errorf("%d are left %v later, want %d", n, step.at.Sub(s.now), step.left)
		}
	}
}

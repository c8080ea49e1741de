package datatest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"twodoors/data"
)

var issued = map[string]promise{
	"TokensOfAKeyAreCounted":   tokensOfAKeyAreCounted,
	"CountIsForgottenInTheEnd": countIsForgottenInTheEnd,
}

func tokensOfAKeyAreCounted(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	var issuing sync.WaitGroup
	for _, db := range s.servers(t, 4) {
		for _, signed := range []data.Signature{{KeyID: "a", Expires: s.soon}, {KeyID: "a", Expires: s.soon.Add(time.Hour)}, {KeyID: "b", Expires: s.soon}} {
			issuing.Go(func() {
				if err := db.Issued.Count(t.Context(), ada, signed, s.now); err != nil {
					t.Error(err)
				}
			})
		}
	}
	issuing.Wait()
	for _, out := range []struct {
		key  string
		at   time.Time
		want int
	}{{"a", s.now, 8}, {"a", s.soon, 4}, {"a", s.soon.Add(time.Hour), 0}, {"b", s.now, 4}, {"none", s.now, 0}} {
		if n, err := s.db.Issued.Out(t.Context(), out.key, out.at); err != nil || n != out.want {
			t.Errorf("%s: %d, want %d: %v", out.key, n, out.want, err)
		}
	}
}

func countIsForgottenInTheEnd(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	for i, now := range []time.Time{s.now, s.soon.Add(2 * time.Hour)} {
		if err := s.db.Issued.Count(t.Context(), ada, data.Signature{KeyID: fmt.Sprint(i), Expires: now.Add(time.Hour)}, now); err != nil {
			t.Error(err)
		}
	}
	if n := s.count(t, "SELECT count(*) FROM issued_tokens"); n != 1 {
		t.Errorf("%d counts are left", n)
	}
}

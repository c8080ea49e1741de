package datatest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"twodoors/data"
)

var refresh = map[string]promise{
	"TokenIsFoundWithItsEnds":          tokenIsFoundWithItsEnds,
	"UsesAtOnceSpendATokenOnce":        usesAtOnceSpendATokenOnce,
	"RepetitionIsGoodForAWhile":        repetitionIsGoodForAWhile,
	"ReuseEndsTheFamily":               reuseEndsTheFamily,
	"ExpiredTokenIsGone":               expiredTokenIsGone,
	"NewPasswordEndsFamilies":          newPasswordEndsFamilies,
	"ExpiredFamiliesGoBitByBit":        expiredFamiliesGoBitByBit,
	"TokensGoWithTheirFamilyAndOwner":  tokensGoWithTheirOwner,
	"EndingAFamilyEndsNoOther":         endingAFamilyEndsNoOther,
	"AccessTokensBesideThemAreCounted": accessTokensBesideThemAreCounted,
}

// grace is how long a use may be repeated.
const grace = 10 * time.Second

// family begins a family, whose first token has this hash.
func (s *site) family(t *testing.T, user data.User, hash string) {
	t.Helper()
	f := data.NewFamily{User: user, Hash: []byte(hash), Expires: s.soon, Ends: s.soon.Add(time.Hour), Beside: data.Signature{KeyID: "k", Expires: s.soon}}
	if err := s.db.RefreshTokens.Begin(t.Context(), f, s.now); err != nil {
		t.Fatal(err)
	}
}

// spend uses a token, in an hour of which its successor is good.
func (s *site) spend(t *testing.T, db *data.DB, hash, successor string, grace time.Duration, now time.Time) (data.Fate, data.User) {
	t.Helper()
	fate, user, err := db.RefreshTokens.Spend(t.Context(), data.Spending{
		Hash: []byte(hash), Successor: []byte(successor), Expires: now.Add(time.Hour), Grace: grace, Beside: data.Signature{KeyID: "k", Expires: s.soon},
	}, now)
	if err != nil {
		t.Error(err)
	}
	return fate, user
}

func (s *site) expectFate(t *testing.T, want data.Fate, hash, successor string, now time.Time) {
	t.Helper()
	if fate, _ := s.spend(t, s.db, hash, successor, grace, now); fate != want {
		t.Errorf("%s by %s: %v, want %v", hash, successor, fate, want)
	}
}

func (s *site) find(t *testing.T, hash string) data.RefreshToken {
	t.Helper()
	token, err := s.db.RefreshTokens.Find(t.Context(), []byte(hash))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func tokenIsFoundWithItsEnds(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	early, late := s.soon, s.soon.Add(time.Hour)
	for hash, ends := range map[string][2]time.Time{"token": {early, late}, "family": {late, early}} {
		f := data.NewFamily{User: ada, Hash: []byte(hash), Expires: ends[0], Ends: ends[1]}
		if err := s.db.RefreshTokens.Begin(t.Context(), f, s.now); err != nil {
			t.Fatal(err)
		}
		if found := s.find(t, hash); found.Owner != "ada" || found.Family == 0 || !found.Expires.Equal(early) || !found.Spent.IsZero() || found.Ended {
			t.Errorf("the %s ends first: %+v", hash, found)
		}
	}
	s.expectFate(t, data.Spent, "token", "next", s.now)
	if found := s.find(t, "token"); !found.Spent.Equal(s.now) {
		t.Errorf("spent: %+v", found)
	}
	if _, err := s.db.RefreshTokens.Find(t.Context(), []byte("none")); err != data.ErrNotFound {
		t.Error(err)
	}
}

// Of many uses at once, at any of the servers, one spends the token. The others repeat that:
// they are an honest client's, whose family never ends by it.
func usesAtOnceSpendATokenOnce(t *testing.T, s *site) {
	const rounds, each = 20, 2
	ada, servers := s.user(t, "ada", "user"), s.servers(t, 4)
	s.family(t, ada, "0")
	for round := range rounds {
		hash, successor := fmt.Sprint(round), fmt.Sprint(round+1)
		var using sync.WaitGroup
		fates := make(chan data.Fate, each*len(servers))
		for _, db := range servers {
			for range each {
				using.Go(func() {
					fate, _ := s.spend(t, db, hash, successor, grace, s.now)
					fates <- fate
				})
			}
		}
		using.Wait()
		close(fates)
		count := map[data.Fate]int{}
		for fate := range fates {
			count[fate]++
		}
		if count[data.Spent] != 1 || count[data.Repeated] != each*len(servers)-1 {
			t.Fatalf("round %d: %v", round, count)
		}
		if found := s.find(t, successor); found.Ended || !found.Spent.IsZero() {
			t.Fatalf("round %d: %+v", round, found)
		}
	}
}

// Whoever lost the answer gets the same successor again, for a while and while nobody has used it.
func repetitionIsGoodForAWhile(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	s.family(t, ada, "a1")
	s.family(t, ada, "b1")
	s.family(t, ada, "c1")
	s.expectFate(t, data.Spent, "a1", "a2", s.now)
	s.expectFate(t, data.Repeated, "a1", "a2", s.now.Add(grace-time.Millisecond))
	s.expectFate(t, data.Spent, "a2", "a3", s.now)
	s.expectFate(t, data.Reused, "a1", "a2", s.now) // its successor is used

	s.expectFate(t, data.Spent, "b1", "b2", s.now)
	s.expectFate(t, data.Reused, "b1", "b2", s.now.Add(grace))

	s.expectFate(t, data.Spent, "c1", "c2", s.now)
	s.expectFate(t, data.Reused, "c1", "other", s.now) // another successor is no repetition

	s.family(t, ada, "d1")
	s.expectFate(t, data.Spent, "d1", "d2", s.now)
	if fate, _ := s.spend(t, s.db, "d1", "d2", 0, s.now.Add(-time.Second)); fate != data.Reused { // it began before, and came after
		t.Errorf("without a grace period: %v", fate)
	}
}

func reuseEndsTheFamily(t *testing.T, s *site) {
	s.family(t, s.user(t, "ada", "user"), "1")
	s.expectFate(t, data.Spent, "1", "2", s.now)
	s.expectFate(t, data.Reused, "1", "2", s.now.Add(time.Minute))
	s.expectFate(t, data.Gone, "2", "3", s.now.Add(time.Minute))
	s.expectFate(t, data.Gone, "1", "2", s.now)
	if found := s.find(t, "2"); !found.Ended {
		t.Errorf("%+v", found)
	}
	if _, err := s.db.RefreshTokens.Find(t.Context(), []byte("3")); err != data.ErrNotFound {
		t.Errorf("a successor is kept: %v", err)
	}
}

// A token is good until it or its family expires.
func expiredTokenIsGone(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	for _, hash := range []string{"token", "family"} {
		f := data.NewFamily{User: ada, Hash: []byte(hash), Expires: s.soon, Ends: s.soon.Add(time.Minute)}
		if hash == "family" {
			f.Expires, f.Ends = f.Ends, f.Expires
		}
		if err := s.db.RefreshTokens.Begin(t.Context(), f, s.now); err != nil {
			t.Fatal(err)
		}
		s.expectFate(t, data.Gone, hash, "next", s.soon)
		s.expectFate(t, data.Spent, hash, "after "+hash, s.soon.Add(-time.Second))
	}
	s.expectFate(t, data.Gone, "none", "next", s.now)
}

func newPasswordEndsFamilies(t *testing.T, s *site) {
	ada, grace := s.user(t, "ada", "user"), s.user(t, "grace", "admin")
	s.family(t, ada, "ada 1")
	s.family(t, ada, "ada 2")
	s.family(t, grace, "grace")
	if _, err := s.db.Users.SetPassword(t.Context(), ada, "new", s.now); err != nil {
		t.Fatal(err)
	}
	for hash, ended := range map[string]bool{"ada 1": true, "ada 2": true, "grace": false} {
		if found := s.find(t, hash); found.Ended != ended {
			t.Errorf("%s: %+v", hash, found)
		}
	}
}

func endingAFamilyEndsNoOther(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	s.family(t, ada, "1")
	s.family(t, ada, "2")
	for range 2 {
		if err := s.db.RefreshTokens.End(t.Context(), s.find(t, "1").Family, s.now); err != nil {
			t.Error(err)
		}
	}
	if one, two := s.find(t, "1"), s.find(t, "2"); !one.Ended || two.Ended {
		t.Errorf("%+v, %+v", one, two)
	}
}

// Each new family removes a few that expired long ago, as clocks may be set back.
func expiredFamiliesGoBitByBit(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	for i := range 12 {
		s.family(t, ada, fmt.Sprint(i))
	}
	s.administer(t, "UPDATE refresh_families SET expires_at = $1", s.now.Add(-2*time.Hour).Unix())
	for _, left := range []int{3, 2} {
		s.family(t, ada, fmt.Sprint("new ", left))
		if n := s.count(t, "SELECT count(*) FROM refresh_tokens"); n != left {
			t.Errorf("%d are left, want %d", n, left)
		}
	}
	s.administer(t, "UPDATE refresh_families SET expires_at = $1", s.now.Add(-time.Minute).Unix())
	s.family(t, ada, "newest")
	if n := s.count(t, "SELECT count(*) FROM refresh_families"); n != 3 {
		t.Errorf("%d are left of those that expired just now", n)
	}
}

func tokensGoWithTheirOwner(t *testing.T, s *site) {
	s.family(t, s.user(t, "ada", "user"), "1")
	s.administer(t, "DELETE FROM users")
	if n := s.count(t, "SELECT count(*) FROM refresh_tokens"); n != 0 {
		t.Errorf("%d are left", n)
	}
	s.expectFate(t, data.Gone, "1", "2", s.now)
}

// An access token is issued with the first token of a family, and with each use that is good.
func accessTokensBesideThemAreCounted(t *testing.T, s *site) {
	s.family(t, s.user(t, "ada", "user"), "1")
	s.expectFate(t, data.Spent, "1", "2", s.now)
	s.expectFate(t, data.Repeated, "1", "2", s.now)
	s.expectFate(t, data.Reused, "1", "2", s.now.Add(grace))
	s.expectFate(t, data.Gone, "2", "3", s.now)
	if out, err := s.db.Issued.Out(t.Context(), "k", s.now); err != nil || out != 3 {
		t.Errorf("%d are counted: %v", out, err)
	}
}

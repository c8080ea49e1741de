package token_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/token"
	"twodoors/web/trace"
)

// use uses a refresh token, and returns the next one or why there is none.
func (s site) use(text string) (next, refused string) {
	r := post()
	recorded := trace.Begin(trace.NewID(), r, time.Now())
	issued, err := s.Refresh(r.WithContext(trace.With(r.Context(), recorded)), token.Sent{Text: text, Name: "refresh"})
	if err != nil {
		refusal, ok := errors.AsType[*door.Refusal](err)
		if !ok || refusal.Status != http.StatusUnauthorized {
			return "", err.Error()
		}
		return "", string(recorded.Reason)
	}
	return issued.Refresh, ""
}

func (s site) advance(d time.Duration) { s.ahead.Add(int64(d)) }

// R2, R3: each use gives a new token and ends the old one. One that comes again
// later ends the family, with the successor that nobody used yet.
func TestRefreshTokenIsGoodForOneUse(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	first := s.login(t).Refresh
	second, refused := s.use(first)
	if refused != "" || second == first || len(second) != 43 {
		t.Fatalf("first use: %q %s", second, refused)
	}
	s.advance(token.Grace)
	if _, refused := s.use(first); refused != string(trace.FamilyRevoke) {
		t.Errorf("used again: %s", refused)
	}
	if _, refused := s.use(second); refused != string(trace.RefreshFind) {
		t.Errorf("the successor: %s", refused)
	}
	if other := s.login(t).Refresh; other != "" {
		if _, refused := s.use(other); refused != "" {
			t.Errorf("another family: %s", refused)
		}
	}
}

// R2: who lost the answer may ask again, for a moment, and gets the same; not once
// the successor was used.
func TestLostAnswersAreSurvived(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	first := s.login(t).Refresh
	second, _ := s.use(first)
	s.advance(token.Grace - 2*time.Second)
	if again, refused := s.use(first); again != second {
		t.Fatalf("again at once: %q instead of %q, %s", again, second, refused)
	}
	third, _ := s.use(second)
	if _, refused := s.use(first); third == "" || refused != string(trace.FamilyRevoke) {
		t.Errorf("again after the successor was used: %s", refused)
	}
	if _, refused := s.use(third); refused != string(trace.RefreshFind) {
		t.Errorf("the rest of the family: %s", refused)
	}
}

// What the grace lets a thief do: one that comes within it at each refresh, before the
// successor is used, stays as long as the visitor does. Missing it once ends both.
func TestThiefKeepsPaceWithinTheGrace(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	held := s.login(t).Refresh
	for range 3 {
		next, refused := s.use(held)
		s.advance(token.Grace - 2*time.Second)
		if copied, caught := s.use(held); refused != "" || copied != next {
			t.Fatalf("visitor %q, thief %q", refused, caught)
		}
		s.advance(4 * time.Minute)
		held = next
	}
	if _, refused := s.use(held); refused != "" {
		t.Fatal(refused)
	}
	s.advance(token.Grace + time.Second)
	if _, refused := s.use(held); refused != string(trace.FamilyRevoke) {
		t.Errorf("too late: %s", refused)
	}
}

// Without a grace the second of two uses ends the family, however soon it comes.
func TestWithoutGraceNoUseIsRepeated(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	rules := *s.Rules()
	rules.RefreshGrace = 0
	s.Adopt(rules)
	first := s.login(t).Refresh
	second, _ := s.use(first)
	if _, refused := s.use(first); second == "" || refused != string(trace.FamilyRevoke) {
		t.Errorf("again at once: %s", refused)
	}
	if _, refused := s.use(second); refused != string(trace.RefreshFind) {
		t.Errorf("the successor: %s", refused)
	}
}

// R4: of 50 uses at once none is refused, and all get the same successor.
func TestUsesAtTheSameInstant(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	first := s.login(t).Refresh
	var using sync.WaitGroup
	given := make(chan string, 50)
	for range 50 {
		using.Go(func() {
			next, refused := s.use(first)
			given <- next + refused
		})
	}
	using.Wait()
	close(given)
	different := map[string]int{}
	for next := range given {
		different[next]++
	}
	if len(different) != 1 {
		t.Errorf("%v", different)
	}
}

// R6: a token that is not used expires, and a family ends however often it is used.
func TestRefreshTokensExpire(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	idle := s.login(t).Refresh
	s.advance(time.Hour)
	if _, refused := s.use(idle); refused != string(trace.RefreshFind) {
		t.Errorf("after an hour: %s", refused)
	}
	busy, lived := s.login(t).Refresh, time.Duration(0)
	for lived < 30*time.Hour {
		next, refused := s.use(busy)
		if refused != "" {
			break
		}
		busy = next
		s.advance(50 * time.Minute)
		lived += 50 * time.Minute
	}
	if lived < 6*time.Hour || lived > 8*time.Hour {
		t.Errorf("a family that is used lives %v", lived)
	}
}

// R9: whatever is wrong with it, the answer is one and the same.
func TestBadRefreshTokensGetOneAnswer(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	issued := s.login(t)
	expired := openSite(t, token.HS256).login(t).Refresh // of another site
	for _, text := range []string{expired, issued.Token, strings.Repeat("A", 43), issued.Refresh[:42], issued.Refresh + "A", issued.Refresh + "\n", "x", "\x00", strings.Repeat("x", 1<<16)} {
		_, err := s.Refresh(post(), token.Sent{Text: text, Name: "refresh"})
		refusal, ok := errors.AsType[*door.Refusal](err)
		if !ok || refusal.Status != http.StatusUnauthorized || refusal.Detail != "This refresh token is not valid. Log in at the token door." {
			t.Errorf("%.50q: %v", text, err)
		}
	}
	if _, refused := s.use(issued.Refresh); refused != "" {
		t.Errorf("the good one: %s", refused)
	}
}

// R8: a disabled account, logging out and switching refreshing off end the family.
func TestWhatEndsAFamily(t *testing.T) {
	t.Parallel()
	for what, end := range map[string]func(t *testing.T, s site, issued token.Issued){
		"logout": func(t *testing.T, s site, issued token.Issued) {
			if err := s.Logout(post(), token.Sent{Text: issued.Refresh, Name: "refresh"}); err != nil {
				t.Error(err)
			}
		},
		"refreshing off": func(t *testing.T, s site, _ token.Issued) {
			rules := *s.Rules()
			rules.RefreshLifetime = 0
			s.Adopt(rules)
			if issued := s.login(t); issued.Refresh != "" {
				t.Error("a refresh token is issued")
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, token.HS256)
			issued := s.login(t)
			end(t, s, issued)
			if _, refused := s.use(issued.Refresh); refused == "" {
				t.Error("the refresh token is still good")
			}
		})
	}
}

// R1: no refresh token is in the database, only hashes, and no two are alike.
func TestDatabaseHoldsNoRefreshToken(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	seen := map[string]bool{}
	for range 20 {
		text := s.login(t).Refresh
		next, _ := s.use(text)
		seen[text], seen[next] = true, true
	}
	if len(seen) != 40 {
		t.Errorf("%d different tokens of 40", len(seen))
	}
	files, _ := filepath.Glob(s.path + "*")
	for _, file := range files {
		kept, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for text := range seen {
			if strings.Contains(string(kept), text) {
				t.Errorf("%s is in %s", text, filepath.Base(file))
			}
		}
	}
}

package token_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/token"
	"twodoors/web/trace"
)

var everyAlgorithm = []string{token.HS256, token.RS256, token.ES256, token.EdDSA}

// bring says whether a token is let in: "in", or the step that refused.
func (s site) bring(text string) string {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+text)
	recorded := trace.Begin(trace.NewID(), r, time.Now())
	if _, err := s.Authorize(r.WithContext(trace.With(r.Context(), recorded)), door.AnyRole); err != nil {
		return string(recorded.Reason)
	}
	return "in"
}

// choose makes the site sign otherwise.
func (s site) choose(t *testing.T, how token.Signing) {
	t.Helper()
	s.adopt(t)(s.ring.Load(t.Context(), how))
}

func (s site) rotate(t *testing.T, how token.Signing, retire bool) {
	t.Helper()
	s.adopt(t)(s.changeTo(t, token.Change{Signing: how, Rotate: true, Retire: retire}))
}

// changeTo takes all steps of a change.
func (s site) changeTo(t *testing.T, c token.Change) (*token.Keys, error) {
	t.Helper()
	c.NewID = token.KeyID(rand.Text())
	next, err := s.ring.Prepare(t.Context(), c)
	if err != nil {
		return nil, err
	}
	if err := s.ring.Write(t.Context(), next); err != nil {
		return nil, err
	}
	return s.ring.Commit(next), nil
}

func (s site) adopt(t *testing.T) func(*token.Keys, error) {
	return func(keys *token.Keys, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		rules := *s.Rules()
		rules.Keys = keys
		s.Adopt(rules)
	}
}

// K6: changing the algorithm throws nobody out, and each token is verified by the
// algorithm of its key.
func TestChangingTheAlgorithmThrowsNobodyOut(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	tokens := map[string]string{}
	for _, algorithm := range everyAlgorithm {
		s.choose(t, token.Signing{Algorithm: algorithm})
		tokens[algorithm] = s.login(t).Token
		for algorithm, text := range tokens {
			if got := s.bring(text); got != "in" {
				t.Errorf("%s: %s", algorithm, got)
			}
		}
	}
	if n := len(s.Rules().Keys.Public().Keys); n != 3 {
		t.Errorf("%d public keys", n)
	}
}

// K6: a new key signs at once; with retire the old ones verify nothing.
func TestRotation(t *testing.T) {
	t.Parallel()
	for _, algorithm := range everyAlgorithm {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			s, how := openSite(t, algorithm), token.Signing{Algorithm: algorithm}
			first := s.login(t).Token
			before := s.Rules().Keys
			s.rotate(t, how, false)
			second := s.login(t).Token
			if s.bring(first) != "in" || s.bring(second) != "in" || s.Rules().Keys.Current().ID == before.Current().ID {
				t.Error("a rotation without retiring")
			}
			before = s.Rules().Keys
			s.rotate(t, how, true)
			third := s.login(t).Token
			if s.bring(first) != "key.select" || s.bring(second) != "key.select" || s.bring(third) != "in" {
				t.Errorf("after retiring: %s %s %s", s.bring(first), s.bring(second), s.bring(third))
			}
			out := 0
			for _, key := range before.Lost(s.Rules().Keys) {
				n, err := s.db.Issued.Out(t.Context(), key.ID, s.now())
				if err != nil {
					t.Fatal(err)
				}
				out += n
			}
			if out != 2 {
				t.Errorf("%d tokens thrown out", out)
			}
		})
	}
}

// With keys per server each has its own, which ends with it; the shared keys go on
// verifying.
func TestKeysPerServer(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.ES256)
	shared := s.login(t).Token
	own := token.Signing{Algorithm: token.ES256, PerServer: true}
	s.choose(t, own)
	text := s.login(t).Token
	kid := s.Rules().Keys.Current().ID
	s.choose(t, own)
	if s.Rules().Keys.Current().ID != kid || s.bring(text) != "in" || s.bring(shared) != "in" {
		t.Error("the same server, asked again")
	}
	other := site{db: s.db, ring: &token.KeyStore{Table: s.db.Keys, Now: s.now}, user: s.user, ahead: s.ahead,
		Door: token.New(s.Config, *s.Rules())}
	other.choose(t, own)
	if got := other.bring(text); got != "key.select" {
		t.Errorf("at another server: %s", got)
	}
	if got := other.bring(shared); got != "in" {
		t.Errorf("a shared key at another server: %s", got)
	}
	s.choose(t, token.Signing{Algorithm: token.ES256})
	if s.bring(text) != "in" {
		t.Error("back to shared keys, the own one verifies no more")
	}
	s.rotate(t, own, true)
	if s.bring(text) != "key.select" || s.bring(shared) != "key.select" {
		t.Errorf("after retiring: %s %s", s.bring(text), s.bring(shared))
	}
}

// published is a key set as everybody gets it.
func published(t *testing.T, keys *token.Keys) []byte {
	t.Helper()
	text, err := json.Marshal(keys.Public())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// K4: a key set has everything that says how to use its keys; P-256 coordinates are
// 32 octets, whatever they begin with.
func TestKeySetsAreComplete(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.ES256)
	own := token.Signing{Algorithm: token.ES256, PerServer: true}
	for range 1000 {
		keys, err := s.changeTo(t, token.Change{Signing: own, Rotate: true, Retire: true})
		if err != nil {
			t.Fatal(err)
		}
		text := published(t, keys)
		var set struct{ Keys []map[string]string }
		if err := json.Unmarshal(text, &set); err != nil {
			t.Fatal(err)
		}
		for _, key := range set.Keys {
			if key["kty"] != "EC" || key["use"] != "sig" || key["alg"] != "ES256" || key["kid"] == "" || len(key["x"]) != 43 || len(key["y"]) != 43 || key["d"] != "" {
				t.Fatalf("%s", text)
			}
		}
	}
}

// K3: a key set has public keys only.
func TestKeySetsArePublic(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.ES256)
	for _, algorithm := range everyAlgorithm {
		s.choose(t, token.Signing{Algorithm: algorithm})
	}
	text := published(t, s.Rules().Keys)
	for _, private := range []string{`"d"`, `"p"`, `"q"`, `"dp"`, `"dq"`, `"qi"`, `"k"`, `"oct"`} {
		if strings.Contains(string(text), private) {
			t.Errorf("%s in %s", private, text)
		}
	}
}

// The keys that live at once are bounded; retiring makes room.
func TestLivingKeysAreBounded(t *testing.T) {
	t.Parallel()
	s, how := openSite(t, token.HS256), token.Signing{Algorithm: token.HS256}
	var err error
	for i := 0; err == nil; i++ {
		if _, err = s.changeTo(t, token.Change{Signing: how, Rotate: true}); i > 100 {
			t.Fatal("no bound")
		}
	}
	if !errors.Is(err, token.ErrTooManyKeys) {
		t.Fatal(err)
	}
	s.rotate(t, how, true)
}

// T15: a revoked token is refused while revocation is on, however it is spelled;
// a list that cannot be read lets nobody in.
func TestRevocation(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	text := s.login(t).Token
	rules := *s.Rules()
	rules.Revocation = true
	s.Adopt(rules)
	if got := s.bring(text); got != "in" {
		t.Fatal(got)
	}
	r := post()
	r.Header.Set("Authorization", "bearer "+text)
	if err := s.Logout(r, token.Sent{}); err != nil {
		t.Fatal(err)
	}
	if got := s.bring(text); got != "revocation.check" {
		t.Errorf("after logging out: %s", got)
	}
	other := s.login(t).Token
	rules.Revocation = false
	s.Adopt(rules)
	if got := s.bring(text); got != "in" {
		t.Errorf("with revocation off: %s", got)
	}
	rules.Revocation = true
	s.Adopt(rules)
	s.db.Close()
	if got := s.bring(other); got != "revocation.check" {
		t.Errorf("without the list: %s", got)
	}
}

package process

import (
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
)

// R7: a refresh token is no access token, and an access token no refresh token.
func TestTokensOfOneKindAreNotOfTheOther(t *testing.T) {
	t.Parallel()
	s := open(t)
	issued := s.issue()
	if a := s.bring(issued.RefreshToken); a.status != 401 || s.trace(a).Reason != "token.decode" {
		t.Errorf("a refresh token as access token: %d, %s", a.status, s.trace(a).Reason)
	}
	if a := s.refresh(issued.AccessToken); a.status != 401 || s.trace(a).Reason != "refresh.find" {
		t.Errorf("an access token as refresh token: %d, %s", a.status, s.trace(a).Reason)
	}
	if a := s.refresh(issued.RefreshToken); a.status != 200 {
		t.Errorf("the refresh token: %d %s", a.status, a.body)
	}
}

// strongEnough says, by algorithm, whether a public key has the size and the form that it has to have.
var strongEnough = map[string]func(t *testing.T, k map[string]string) bool{
	"RS256": func(t *testing.T, k map[string]string) bool {
		return k["kty"] == "RSA" && k["e"] == "AQAB" && bits(t, k["n"]) >= 2048
	},
	"ES256": func(_ *testing.T, k map[string]string) bool {
		return k["kty"] == "EC" && k["crv"] == "P-256" && len(k["x"]) == 43 && len(k["y"]) == 43
	},
	"EdDSA": func(_ *testing.T, k map[string]string) bool {
		return k["kty"] == "OKP" && k["crv"] == "Ed25519" && len(k["x"]) == 43
	},
}

// K2, K3: public keys are RSA of 2048 bits or more with the exponent 65537, P-256, and
// Ed25519; each says the one algorithm that it is for, and none says a private part.
func TestPublishedKeysAreStrongEnough(t *testing.T) {
	t.Parallel()
	s := open(t)
	for alg, strong := range strongEnough {
		s.patch(`{"alg":"` + alg + `"}`)
		found := false
		for _, key := range s.published() {
			if key["alg"] == alg {
				found = true
				if !strong(t, key) || key["use"] != "sig" || key["kid"] == "" {
					t.Errorf("%s: %v", alg, key)
				}
			}
			for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "k"} {
				if _, there := key[private]; there {
					t.Errorf("%s: the key set has a member %s", alg, private)
				}
			}
		}
		if !found {
			t.Errorf("%s: no key for it is published", alg)
		}
	}
}

// published are the public keys of a site. W3: everybody's page may read them, and as
// nobody in particular.
func (s *visit) published() []map[string]string {
	s.t.Helper()
	var set struct{ Keys []map[string]string }
	a := s.call("GET", "/.well-known/jwks.json", "")
	a.into(s.t, &set)
	if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" || a.header.Get("Set-Cookie") != "" {
		s.t.Errorf("%v", a.header)
	}
	return set.Keys
}

func bits(t *testing.T, text string) int {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return new(big.Int).SetBytes(raw).BitLen()
}

// L8: where others can reach the site, the start warns of the published passwords.
func TestStartWarnsOfPublishedPasswords(t *testing.T) {
	t.Parallel()
	open(t, "--listen=0.0.0.0:0").Log.Await(t, "passwords of the demo accounts ada and grace are published")
	if closed := open(t); strings.Contains(closed.Log.String(), "published") {
		t.Error("a warning on loopback")
	}
}

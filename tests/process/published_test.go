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

// K2, K3: public keys are RSA of 2048 bits or more with the exponent 65537, P-256, and
// Ed25519; each says the one algorithm that it is for, and none says a private part.
func TestPublishedKeysAreStrongEnough(t *testing.T) {
	t.Parallel()
	s := open(t)
	for alg, fits := range map[string]func(k map[string]string) bool{
		"RS256": func(k map[string]string) bool {
			return k["kty"] == "RSA" && k["e"] == "AQAB" && bits(t, k["n"]) >= 2048
		},
		"ES256": func(k map[string]string) bool {
			return k["kty"] == "EC" && k["crv"] == "P-256" && len(k["x"]) == 43 && len(k["y"]) == 43
		},
		"EdDSA": func(k map[string]string) bool { return k["kty"] == "OKP" && k["crv"] == "Ed25519" && len(k["x"]) == 43 },
	} {
		s.patch(`{"alg":"` + alg + `"}`)
		var set struct{ Keys []map[string]string }
		a := s.call("GET", "/.well-known/jwks.json", "")
		a.into(t, &set)
		// W3: everybody's page may read what is public, and as nobody in particular.
		if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", alg, a.header)
		}
		found := false
		for _, key := range set.Keys {
			if key["alg"] == alg {
				found = true
				if !fits(key) || key["use"] != "sig" || key["kid"] == "" {
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
			t.Errorf("%s: %s", alg, a.body)
		}
	}
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
	if open := open(t, "--listen=0.0.0.0:0"); !strings.Contains(open.Log.String(), "passwords of the demo accounts ada and grace are published") {
		t.Errorf("no warning:\n%s", open.Log)
	}
	if closed := open(t); strings.Contains(closed.Log.String(), "published") {
		t.Error("a warning on loopback")
	}
}

package forgery

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"twodoors/web/lab/forgery/careless"
)

// Each forgery is refused by the verifier that makes no mistake, and let in by the
// careless ones that fall for it, and by no other.
func TestWhoFallsForWhichForgery(t *testing.T) {
	t.Parallel()
	for kind, fall := range map[string]string{
		"payload": "no-signature", "signature-cut": "no-signature if-there-is-one", "none": "takes-none", "none-spelled": "block-list no-default",
		"other-algorithm": "no-default", "doubled": "two-readers", "public-key": "header-decides", "jwk": "no-signature takes-jwk",
		"jku": "fetches-jku", "kid-path": "kid-is-a-path", "kid-sql": "kid-in-sql", "expired": "no-expiry", "audience": "", "refresh": "one-table",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			token, world := ownToken(t, kind == "expired")
			if kind == "refresh" {
				token = "pZ3kQaIsBYHBYGFBLgCwjVBeeuzp6I45pLxt34d7Ca2"
			}
			made, err := forge(token, kind, world, &attackerKeys{})
			if err != nil {
				t.Fatal(err)
			}
			if made.Careful.LetIn {
				t.Error("the careful verifier lets it in")
			}
			var names []string
			for _, v := range made.Careless {
				if v.LetIn {
					names = append(names, v.Verifier)
				}
			}
			if got := strings.Join(names, " "); got != fall {
				t.Errorf("let in by %q, not %q", got, fall)
			}
		})
	}
}

// A13: a key of RSA takes a processor for long to make, so the forger makes one, however
// many forgeries are asked for at once.
func TestForgerMakesAKeyOnce(t *testing.T) {
	t.Parallel()
	var keys attackerKeys
	var all sync.WaitGroup
	first, err := keys.key("RS256")
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		all.Go(func() {
			if again, err := keys.key("RS256"); err != nil || again.private != first.private {
				t.Errorf("another key, %v", err)
			}
		})
	}
	all.Wait()
}

// ownToken is a token of a site, and what the site tells everybody.
func ownToken(t *testing.T, expired bool) (string, careless.World) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := emptyWorld()
	w.Keys["k1"] = careless.Key{Algorithm: "ES256", Public: key.Public()}
	until := time.Minute
	if expired {
		until = -time.Minute
	}
	token := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
		"iss": "urn:twodoors:abcdefghij:stage", "aud": []string{"urn:twodoors:abcdefghij:stage:app"}, "exp": w.Now.Add(until).Unix(), "name": "ada", "role": "user"})
	token.Header["kid"], token.Header["typ"] = "k1", siteType
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text, w
}

package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"

	"twodoors/web/door"
	"twodoors/web/token"
	"twodoors/web/trace"
)

// BenchmarkAuthorize is what the door does for one request, with a trace and with
// nothing recorded; beside it golang-jwt as most people use it, and the bare HMAC.
func BenchmarkAuthorize(b *testing.B) {
	site := openSite(b, token.HS256)
	d, r := site.Door, httptest.NewRequest("GET", "/api/token/me", nil)
	issued := site.login(b)
	living, err := site.db.Keys.Living(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+issued.Token)

	for _, traced := range []bool{true, false} {
		b.Run(fmt.Sprintf("trace=%t", traced), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				asked := r
				if traced {
					asked = r.WithContext(trace.With(r.Context(), trace.Begin("", r, time.Now())))
				}
				if _, err := d.Authorize(asked, door.AnyRole); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("naive golang-jwt", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var claims jwt.RegisteredClaims
			if _, err := jwt.ParseWithClaims(issued.Token, &claims, func(*jwt.Token) (any, error) { return living[0].Secret, nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare HMAC and JSON", func(b *testing.B) {
		signed, payload := bareParts(b, issued.Token)
		b.ReportAllocs()
		for b.Loop() {
			mac := hmac.New(sha256.New, living[0].Secret)
			mac.Write(signed)
			mac.Sum(nil)
			var claims token.Claims
			if err := json.Unmarshal(payload, &claims); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func bareParts(b *testing.B, text string) (signed, payload []byte) {
	end := strings.LastIndexByte(text, '.')
	payload, err := base64.RawURLEncoding.DecodeString(text[strings.IndexByte(text, '.')+1 : end])
	if err != nil {
		b.Fatal(err)
	}
	return []byte(text[:end]), payload
}

// BenchmarkAlgorithms is the door for one request by each algorithm, beside what the
// algorithm takes alone, and beside that with the decoding of the claims.
func BenchmarkAlgorithms(b *testing.B) {
	for _, algorithm := range everyAlgorithm {
		site := openSite(b, algorithm)
		text := site.login(b).Token
		verify, claims := primitive(b, site, text), claimsOf(b, text)
		b.Run(algorithm, func(b *testing.B) {
			sideBySide(b, measured{"door-ns", site.asked(b, text)}, measured{"primitive-ns", verify},
				measured{"with-JSON-ns", func() { verify(); claims() }})
		})
	}
}

// BenchmarkRevocation is the door for one request, with revocation off, and on with
// lists of several lengths. Each request brings another token, so that it is another
// place in the list that is looked at.
func BenchmarkRevocation(b *testing.B) {
	var things []measured
	for _, entries := range []int{0, 10_000, 1_000_000} {
		site := openSite(b, token.HS256)
		rules := *site.Rules()
		rules.Revocation = true
		site.Adopt(rules)
		site.revoke(b, 0, entries)
		things = append(things, measured{fmt.Sprintf("of-%d-ns", entries), site.asked(b, site.many(b)...)})
	}
	off := openSite(b, token.HS256)
	sideBySide(b, append(things, measured{"off-ns", off.asked(b, off.many(b)...)})...)
}

// measured is what a benchmark measures, under the name of the result.
type measured struct {
	name string
	do   func()
}

// sideBySide measures several things by turns, each a little while, so that whatever
// else the machine does hits all alike. It reports the time that a tenth of the turns
// undercut: in these the machine did little else.
func sideBySide(b *testing.B, things ...measured) {
	const times = 5 // a turn
	took := make([][]float64, len(things))
	for b.Loop() {
		for n, thing := range things {
			began := time.Now()
			for range times {
				thing.do()
			}
			took[n] = append(took[n], float64(time.Since(began).Nanoseconds())/times)
		}
	}
	b.ReportMetric(0, "ns/op")
	for n, thing := range things {
		slices.Sort(took[n])
		b.ReportMetric(took[n][len(took[n])/10], thing.name)
	}
}

// many are some hundred tokens.
func (s site) many(b *testing.B) (texts []string) {
	for range 500 {
		texts = append(texts, s.login(b).Token)
	}
	return texts
}

// asked returns what asks the door, with the given tokens by turns.
func (s site) asked(b *testing.B, texts ...string) func() {
	var requests []*http.Request
	for _, text := range texts {
		r := httptest.NewRequest("GET", "/api/token/me", nil)
		r.Header.Set("Authorization", "Bearer "+text)
		requests = append(requests, r)
	}
	n := 0
	return func() {
		n = (n + 1) % len(requests)
		if _, err := s.Authorize(requests[n], door.AnyRole); err != nil {
			b.Fatal(err)
		}
	}
}

func claimsOf(b *testing.B, text string) func() {
	_, payload := bareParts(b, text)
	return func() {
		var claims token.Claims
		if err := json.Unmarshal(payload, &claims); err != nil {
			b.Fatal(err)
		}
	}
}

// primitive returns what verifies the signature of a token and does nothing else.
func primitive(b *testing.B, s site, text string) func() {
	keys, err := s.db.Keys.Living(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	signed, _ := bareParts(b, text)
	signature, err := base64.RawURLEncoding.DecodeString(text[strings.LastIndexByte(text, '.')+1:])
	if err != nil {
		b.Fatal(err)
	}
	private, _ := x509.ParsePKCS8PrivateKey(keys[0].Secret)
	verify := func() bool {
		mac := hmac.New(sha256.New, keys[0].Secret)
		mac.Write(signed)
		return hmac.Equal(mac.Sum(nil), signature)
	}
	switch key := private.(type) {
	case *rsa.PrivateKey:
		verify = func() bool {
			hash := sha256.Sum256(signed)
			return rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, hash[:], signature) == nil
		}
	case *ecdsa.PrivateKey:
		verify = func() bool {
			hash := sha256.Sum256(signed)
			return ecdsa.Verify(&key.PublicKey, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
		}
	case ed25519.PrivateKey:
		public := key.Public().(ed25519.PublicKey)
		verify = func() bool { return ed25519.Verify(public, signed, signature) }
	}
	return func() {
		if !verify() {
			b.Fatal("the signature is wrong")
		}
	}
}

// revoke lengthens the list from one length to another.
func (s site) revoke(b *testing.B, from, to int) {
	db, err := sql.Open("sqlite", "file:"+s.path)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`
		WITH RECURSIVE n(i) AS (SELECT ?1 WHERE ?1 < ?2 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)
		INSERT INTO revoked_tokens (jti, expires_at) SELECT hex(randomblob(13)), unixepoch() + 300 FROM n`, from, to); err != nil {
		b.Fatal(err)
	}
}

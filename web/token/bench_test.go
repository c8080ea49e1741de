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
	"net/http/httptest"
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

// BenchmarkAlgorithms is the door for one request by each algorithm, and what the
// algorithm takes alone.
func BenchmarkAlgorithms(b *testing.B) {
	for _, algorithm := range everyAlgorithm {
		site := openSite(b, algorithm)
		text := site.login(b).Token
		r := httptest.NewRequest("GET", "/api/token/me", nil)
		r.Header.Set("Authorization", "Bearer "+text)
		b.Run(algorithm+" door", func(b *testing.B) {
			for b.Loop() {
				if _, err := site.Authorize(r, door.AnyRole); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(algorithm+" primitive", func(b *testing.B) { benchmarkPrimitive(b, site, text) })
	}
}

func benchmarkPrimitive(b *testing.B, s site, text string) {
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
	for b.Loop() {
		valid := false
		hash := sha256.Sum256(signed)
		switch key := private.(type) {
		case *rsa.PrivateKey:
			valid = rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, hash[:], signature) == nil
		case *ecdsa.PrivateKey:
			valid = ecdsa.Verify(&key.PublicKey, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
		case ed25519.PrivateKey:
			valid = ed25519.Verify(key.Public().(ed25519.PublicKey), signed, signature)
		default:
			mac := hmac.New(sha256.New, keys[0].Secret)
			mac.Write(signed)
			valid = hmac.Equal(mac.Sum(nil), signature)
		}
		if !valid {
			b.Fatal("the signature is wrong")
		}
	}
}

// BenchmarkRevocation is the door for one request, with revocation off, and on with
// lists of several lengths.
func BenchmarkRevocation(b *testing.B) {
	site := openSite(b, token.HS256)
	r := httptest.NewRequest("GET", "/api/token/me", nil)
	r.Header.Set("Authorization", "Bearer "+site.login(b).Token)
	measure := func(b *testing.B) {
		for b.Loop() {
			if _, err := site.Authorize(r, door.AnyRole); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("off", measure)
	rules := *site.Rules()
	rules.Revocation = true
	site.Adopt(rules)
	have := 0
	for _, entries := range []int{0, 10_000, 1_000_000} {
		site.revoke(b, have, entries)
		have = entries
		b.Run(fmt.Sprintf("on, %d entries", entries), measure)
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

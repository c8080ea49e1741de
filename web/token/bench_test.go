package token_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

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
	b.Run("bare HMAC", func(b *testing.B) {
		signed := []byte(issued.Token[:strings.LastIndexByte(issued.Token, '.')])
		for b.Loop() {
			mac := hmac.New(sha256.New, living[0].Secret)
			mac.Write(signed)
			mac.Sum(nil)
		}
	})
}

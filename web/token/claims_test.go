package token_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/token"
	"twodoors/web/trace"
)

// noon is the time at the door of these tests.
const noon = 1_800_000_000

// forger is a door whose clock stands still, and its key.
type forger struct {
	*token.Door
	key data.Key
}

func newForger(t testing.TB) forger {
	t.Helper()
	key := data.Key{ID: "k-1", Algorithm: token.HS256, Secret: make([]byte, 32)}
	rand.Read(key.Secret)
	keys, err := (&token.KeyStore{Table: table{key: key}, Now: time.Now}).Load(t.Context(), token.Signing{Algorithm: token.HS256})
	if err != nil {
		t.Fatal(err)
	}
	return forger{token.New(token.Config{Issuer: issuer(), Now: func() time.Time { return time.Unix(noon, 0) }}, token.Rules{Keys: keys, Lifetime: time.Minute}), key}
}

// sign makes a token with a right signature of any header and payload.
func (f forger) sign(header, payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(header)) + "." + encode([]byte(payload))
	mac := hmac.New(sha256.New, f.key.Secret)
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}

// outcome is "in", or the step that refused.
func (f forger) outcome(text string) string {
	r := httptest.NewRequest("GET", "/api/token/me", nil)
	r.Header.Set("Authorization", "Bearer "+text)
	recorded := trace.Begin(trace.NewID(), r, time.Now())
	_, err := f.Authorize(r.WithContext(trace.With(r.Context(), recorded)), door.AnyRole)
	if err == nil {
		return "in"
	}
	if refusal, ok := errors.AsType[*door.Refusal](err); !ok || refusal.Status != 401 {
		return err.Error()
	}
	return string(recorded.Steps[len(recorded.Steps)-1].Name)
}

// issuer is that of the doors of these tests.
func issuer() token.Issuer { return token.IssuerOf("abcdefghij", "stage") }

const header = `{"alg":"HS256","typ":"at+jwt","kid":"k-1"}`

// dated is a good payload but for its dates, given as JSON; "" leaves one out.
func dated(exp, nbf, iat string) string {
	text := `{"iss":"` + issuer().Name + `","aud":"` + issuer().Audience + `","sub":"1","name":"ada","role":"user","jti":"j","client_id":"c"`
	for _, date := range [][2]string{{"exp", exp}, {"nbf", nbf}, {"iat", iat}} {
		if date[1] != "" {
			text += `,"` + date[0] + `":` + date[1]
		}
	}
	return text + "}"
}

// T10: every way to write an expiry has one answer. It is integer arithmetic up to
// the year 9999, so the answer is the same on every processor.
func TestExpiryIsOneNumber(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	for exp, want := range map[string]string{
		fmt.Sprint(noon + 1): "in", fmt.Sprint(noon): "claims.check", fmt.Sprint(noon - 1): "claims.check",
		"1800000000.999": "claims.check", "1800000001.0": "in", "1800000001.999999999999999999999": "in", "1.800000001e9": "in", "18000000010e-1": "in", "1800000001E0": "in",
		"253402300799": "in", "253402300800": "token.decode", "9223372036854775807": "token.decode", "9223372036854775808": "token.decode",
		"1e11": "in", "1e12": "token.decode", "1e300": "token.decode", "1e400": "token.decode", "1e-400": "claims.check", "1e999999999999": "token.decode",
		"0": "claims.check", "-0": "claims.check", "0.0": "claims.check", "-1": "token.decode", "-1e300": "token.decode", "-9223372036854775809": "token.decode",
		strings.Repeat("9", 400): "token.decode", "0." + strings.Repeat("9", 400): "claims.check",
		"01": "token.decode", "+1": "token.decode", ".5": "token.decode", "1.": "token.decode", "0x7fffffff": "token.decode", "NaN": "token.decode", "Infinity": "token.decode",
		`"1800000001"`: "token.decode", `""`: "token.decode", "null": "token.decode", "true": "token.decode", "[1800000001]": "token.decode", `{"":1}`: "token.decode", "": "claims.check",
	} {
		if got := f.outcome(f.sign(header, dated(exp, "", "1800000000"))); got != want {
			t.Errorf("exp %.40s: %s, want %s", exp, got, want)
		}
	}
}

// T11: nbf and iat may lie ahead by the leeway and no more; the leeway never
// lengthens a life.
func TestDatesAheadOfTheClock(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	leeway := int64(token.Leeway / time.Second)
	for ahead, want := range map[int64]string{-1000: "in", 0: "in", leeway: "in", leeway + 1: "claims.check", 1e9: "claims.check"} {
		date := fmt.Sprint(noon + ahead)
		if got := f.outcome(f.sign(header, dated("253402300799", date, "1"))); got != want {
			t.Errorf("nbf %d s ahead: %s, want %s", ahead, got, want)
		}
		if got := f.outcome(f.sign(header, dated("253402300799", "", date))); got != want {
			t.Errorf("iat %d s ahead: %s, want %s", ahead, got, want)
		}
	}
	for _, wrong := range []string{`"1"`, "null", "1e300", "-1", "[]"} {
		if got := f.outcome(f.sign(header, dated("253402300799", wrong, "1"))); got != "token.decode" {
			t.Errorf("nbf %s: %s", wrong, got)
		}
		if got := f.outcome(f.sign(header, dated("253402300799", "", wrong))); got != "token.decode" {
			t.Errorf("iat %s: %s", wrong, got)
		}
	}
}

// T9: when several things are wrong, the signature is what it is refused for.
func TestSignatureComesBeforeClaims(t *testing.T) {
	t.Parallel()
	f, other := newForger(t), newForger(t)
	for _, payload := range []string{dated("1", "", ""), dated("", "253402300799", ""), "{}", dated("1800000001", "", "1800000000")} {
		if got := f.outcome(other.sign(header, payload)); got != "signature.verify" {
			t.Errorf("%s: %s", payload, got)
		}
	}
}

// T6: a kid of any kind takes little work and no more memory than its text.
func TestHostileKeyIds(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	for kid, want := range map[string]string{
		`"k-1"`: "in", `"K-1"`: "key.select", `"k-1 "`: "key.select", `"k-1\u0000"`: "key.select", `""`: "key.select", `"\r\nk-1"`: "key.select",
		`"../../dev/null"`: "key.select", `"k-1' OR '1'='1"`: "key.select", `"k‐1"`: "key.select", `1`: "token.decode", `["k-1"]`: "token.decode",
		`{"k-1":1}`: "token.decode", `true`: "token.decode", `null`: "key.select", `"` + strings.Repeat("k", 10<<10) + `"`: "bearer.read",
	} {
		if got := f.outcome(f.sign(`{"alg":"HS256","typ":"at+jwt","kid":`+kid+`}`, dated("1800000001", "", "1800000000"))); got != want {
			t.Errorf("kid %.40s: %s, want %s", kid, got, want)
		}
	}
}

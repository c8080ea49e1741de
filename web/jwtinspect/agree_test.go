package jwtinspect_test

import (
	"context"
	"crypto/x509"
	"math/rand/v2"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/jwtinspect"
	"twodoors/web/token"
	"twodoors/web/trace"
)

// ours is the one key of a door, as its table keeps it.
type ours struct{ data.Key }

func (o ours) FirstOf(context.Context, string, func() (data.Key, error)) (data.Key, error) {
	return o.Key, nil
}
func (o ours) Where() string                              { return "a test" }
func (o ours) Living(context.Context) ([]data.Key, error) { return []data.Key{o.Key}, nil }
func (o ours) Propose(context.Context, string, func() (data.Key, error)) (data.Key, error) {
	return o.Key, nil
}
func (o ours) Adopt(context.Context, string, bool, time.Time) error { return nil }

// both is a door and the key to inspect with.
type both struct {
	door *token.Door
	key  *jwtinspect.Key
}

func openBoth(t testing.TB, alg string, kept []byte, key *jwtinspect.Key) both {
	t.Helper()
	at := func() time.Time { return now }
	ring := &token.KeyStore{Table: ours{data.Key{ID: "k1", Algorithm: alg, Secret: kept}}, Now: at}
	keys, err := ring.Load(t.Context(), token.Signing{Algorithm: alg})
	if err != nil {
		t.Fatal(err)
	}
	return both{token.New(token.Config{Issuer: token.IssuerOf("abcdefghij", "stage"), Now: at}, token.Rules{Keys: keys}), key}
}

// ask shows a token to the door, and returns the step that refused it.
func (b both) ask(text string) trace.Name {
	r := httptest.NewRequest("GET", "/api/token/me", nil)
	r.Header["Authorization"] = []string{"Bearer " + text}
	recorded := trace.Begin("x", r, now)
	if _, err := b.door.Authorize(r.WithContext(trace.With(r.Context(), recorded)), ""); err == nil {
		return trace.NoStep
	}
	return recorded.Steps[len(recorded.Steps)-1].Name
}

// agree fails where the door and the inspector are of different minds (I7): what
// the door lets in, the inspector calls well formed, rightly signed and valid; what
// the inspector finds well formed and rightly signed, the door does not refuse for
// its form or its signature, unless it says in what the door is stricter.
func (b both) agree(t testing.TB, text string) {
	t.Helper()
	text = strings.TrimLeft(text, " ") // what stands before the token in the header belongs to its scheme
	refusedAt := b.ask(text)
	r := look(text, b.key)
	fine := r.Structure.Valid && finding(r, "door-stricter") == nil
	switch _, err := token.Decode(text); {
	case refusedAt == trace.NoStep && !r.Valid():
		t.Errorf("the door lets it in, the inspector says %+v %+v %+v\n%s", r.Structure, r.Signature, r.Policy, text)
	case refusedAt == trace.SignatureVerify && r.Signature.Valid:
		t.Errorf("the door refuses the signature, the inspector does not\n%s", text)
	case refusedAt == trace.ClaimsCheck && !r.Signature.Valid:
		t.Errorf("the door takes the signature, the inspector says %+v\n%s", r.Signature, text)
	case (err == nil) != fine:
		t.Errorf("the door decodes: %v; the inspector says %+v %v\n%q", err, r.Structure, codes(r), text)
	}
}

const doorHeader = `{"alg":"HS256","typ":"at+jwt","kid":"k1"}`
const doorClaims = `{"iss":"urn:twodoors:abcdefghij:stage","sub":"1","aud":"urn:twodoors:abcdefghij:stage:app","client_id":"x","iat":1800000000,"exp":1800000300,"jti":"j","name":"ada","role":"user"}`

// spoilt are tokens that a door could be deceived with.
func spoilt(t testing.TB) []string {
	t.Helper()
	good := made(t, doorHeader, doorClaims)
	part := strings.Split(good, ".")
	all := []string{good, "", "..", " " + good, good + "\n", good + "=", good + ".x", strings.Repeat(".", 300), part[0] + "." + part[1] + ".",
		part[0] + "." + part[1], part[0] + "." + part[1] + "." + part[2][:42] + next(part[2][42:]), part[0] + "\r." + part[1] + "." + part[2]}
	for _, change := range [][2]string{
		{"1800000300", "1800000000"}, {"1800000300", "1800000001"}, {"1800000300", "1e300"}, {"1800000300", "1e400"}, {"1800000300", "-1"}, {"1800000300", "1800000300.9"},
		{"1800000300", `"1800000300"`}, {"1800000300", "null"}, {"1800000300", "253402300799"}, {"1800000300", "253402300800"}, {"1800000300", "180000030000"},
		{"1800000000", "1800000005"}, {"1800000000", "1800000006"}, {"1800000300", "1800000002"}, {`"jti"`, `"nbf":1800000006,"jti"`}, {`"jti"`, `"nbf":1800000005,"jti"`},
		{`"urn:twodoors:abcdefghij:stage:app"`, "[]"}, {`"urn:twodoors:abcdefghij:stage:app"`, "null"}, {`"urn:twodoors:abcdefghij:stage:app"`, "[1]"}, {`"urn:twodoors:abcdefghij:stage:app"`, `["a","urn:twodoors:abcdefghij:stage:app"]`}, {`"urn:twodoors:abcdefghij:stage:app"`, `["a"`},
		{`"ada"`, "null"}, {`"ada"`, "7"}, {`"ada"`, `"a\ud800"`}, {`"ada"`, "\"\xff\""}, {`"sub"`, `"Sub":"2","sub"`}, {`"role"`, `"ROLE"`}, {`"role"`, `"role":"admin","role"`},
		{`"role"`, `"a":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `,"role"`}, {`"role"`, `"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `,"role"`},
		{`{`, ` {`}, {`}`, "}\r\n"}, {`}`, "}x"}, {`}`, ""}, {`"role"`, `"ſub":"1","role"`}, {`"1"`, `1`}, {`"x"`, `{}`}, {`"role"`, `"a":{"b":1,"b":2},"role"`},
	} {
		all = append(all, made(t, doorHeader, strings.Replace(doorClaims, change[0], change[1], 1)))
	}
	for _, change := range [][2]string{
		{"HS256", "none"}, {"HS256", "hs256"}, {"HS256", "RS256"}, {`"HS256"`, "null"}, {`"HS256"`, `["HS256"]`}, {`"k1"`, "7"}, {`"k1"`, "null"}, {`"typ"`, `"crit":[],"typ"`},
		{`"typ"`, `"b64":true,"typ"`}, {`"typ"`, `"ALG":"none","typ"`}, {`"typ"`, `"alg":"none","typ"`}, {`"typ"`, `"jwk":{},"typ"`}, {"at+jwt", "application/AT+JWT"}, {"{", "["},
	} {
		all = append(all, made(t, strings.Replace(doorHeader, change[0], change[1], 1), doorClaims))
	}
	return append(all, sample)
}

// I7: the door and the inspector are of one mind, by every algorithm of the door.
func TestDoorAndInspectorAgree(t *testing.T) {
	t.Parallel()
	hs := openBoth(t, "HS256", []byte(strong), secret(strong))
	if at := hs.ask(made(t, doorHeader, doorClaims)); at != trace.NoStep {
		t.Fatalf("the door refuses its own token at %s", at)
	}
	for _, text := range spoilt(t) {
		hs.agree(t, text)
	}
	for alg, key := range makeKeys(t) {
		if alg != "RS256" && alg != "ES256" && alg != "EdDSA" {
			continue
		}
		kept, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		p := makePair(t, key)
		b := openBoth(t, alg, kept, pemKey(p.public))
		d := draft(alg)
		d.Payload = []byte(doorClaims)
		text, err := jwtinspect.Sign(d, pemKey(p.private))
		if at := b.ask(text); err != nil || at != trace.NoStep {
			t.Fatalf("%s: %v, refused at %q", alg, err, at)
		}
		b.agree(t, text)
		for _, part := range []string{"header", "payload", "signature"} {
			for at := 1; at < 90; at += 11 {
				flipped, _, _ := jwtinspect.Flip(text, part, at)
				b.agree(t, flipped)
			}
		}
	}
}

// I7: so they are on ten thousand mutated tokens, or on a thousand when tests are short: half of them have characters
// changed, added or lost, and half say something else and are rightly signed.
func TestDoorAndInspectorAgreeOnMutations(t *testing.T) {
	t.Parallel()
	key := makeKeys(t)["EdDSA"]
	kept, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p := makePair(t, key)
	pairs, secrets := openBoth(t, "EdDSA", kept, pemKey(p.public)), openBoth(t, "HS256", []byte(strong), secret(strong))
	text, err := jwtinspect.Sign(jwtinspect.Draft{Algorithm: "EdDSA", Header: []byte(doorHeader), Payload: []byte(doorClaims)}, pemKey(p.private))
	if err != nil {
		t.Fatal(err)
	}
	draw, each := rand.New(rand.NewPCG(1, 2)), 5_000 // the same ones each time
	if testing.Short() {
		each = 500
	}
	for range each {
		pairs.agree(t, mutated(draw, text))
		secrets.agree(t, made(t, mutated(draw, doorHeader), mutated(draw, doorClaims)))
	}
}

// mutated changes up to three characters of a text.
func mutated(draw *rand.Rand, text string) string {
	const with = "ABYZabyz0189-_.=+/~ \t\r\n\"'{}[]:,\\eE\x00\x7f\u00ad\u200b\u00e9\xff"
	for range draw.IntN(4) {
		at := draw.IntN(len(text) + 1)
		other := string(with[draw.IntN(len(with))])
		if draw.IntN(4) == 0 {
			other = string([]rune(with)[draw.IntN(len([]rune(with)))])
		}
		switch after := text[at:]; draw.IntN(3) {
		case 0:
			text = text[:at] + other + after
		case 1:
			text = text[:at] + after[min(len(after), 1):]
		default:
			text = text[:at] + other + after[min(len(after), 1):]
		}
	}
	return text
}

// FuzzAgree holds door and inspector together on what nobody thought of: any text,
// and any header and payload, rightly signed.
func FuzzAgree(f *testing.F) {
	b := openBoth(f, "HS256", []byte(strong), secret(strong))
	for _, text := range spoilt(f) {
		f.Add(text, doorHeader, doorClaims)
	}
	f.Add("", doorHeader, strings.Replace(doorClaims, `"ada"`, `"\u0000"`, 1))
	f.Fuzz(func(t *testing.T, text, header, payload string) {
		b.agree(t, text)
		b.agree(t, made(t, header, payload))
	})
}

// FuzzInspect: whatever is given, with whatever key, is answered without a panic,
// and the memory that it takes grows no faster than what was given (I4).
func FuzzInspect(f *testing.F) {
	rs := makePair(f, makeKeys(f)["RS256"])
	for _, text := range spoilt(f) {
		f.Add(text, "secret", strong)
	}
	f.Add(sample, "pem", rs.public)
	f.Add(sample, "pem", rs.private)
	f.Add(sample, "jwk", rs.jwk)
	f.Add(sample, "jwks", `{"keys":[`+rs.jwk+`,{"kty":"oct","k":"AAAA"}]}`)
	f.Fuzz(func(t *testing.T, text, kind, given string) {
		key := map[string]*jwtinspect.Key{"secret": {Secret: &given}, "base64": {SecretBase64: &given}, "pem": {PEM: &given}, "jwk": {JWK: []byte(given)}, "jwks": {JWKS: []byte(given)}}[kind]
		r := look(text, key)
		if len(r.Findings) > 60 || len(r.Parts) > 8+16+1 {
			t.Errorf("%d findings, %d parts", len(r.Findings), len(r.Parts))
		}
		if _, err := jsonOf(r); err != nil {
			t.Errorf("the report is no JSON: %v", err)
		}
	})
}

// I4: 64 KiB of the worst are answered in bounded time and memory.
func TestLargestInputsAreBounded(t *testing.T) {
	rs := makePair(t, makeKeys(t)["RS256"])
	const most = 64 << 10
	fill := func(text string) string { return strings.Repeat(text, most/len(text)) }
	hs := encode(`{"alg":"HS256"}`)
	small := encode(`{"a":"` + strings.Repeat("x", 60) + `"}`)
	for name, text := range map[string]string{
		"dots": fill("."), "letters": fill("A"), "breaks": fill("\n"), "no ASCII": fill("é"), "deep": hs + "." + encode(fill("[")[:most/2]) + ".AA",
		"members": hs + "." + encode("{"+strings.TrimSuffix(fill(`"a":1,`)[:most/2], ",")+"}") + "." + strings.Repeat("A", 43),
		"long":    hs + "." + encode(`{"a":"`+fill("x")[:most/2]+`"}`) + "." + strings.Repeat("A", 43),
		"mended":  hs + "." + small + "." + strings.Repeat("A", 43), "signature": hs + ".e30." + fill("A"), "braces": hs + "." + encode(fill(`{"`)[:most/2]) + ".AA",
	} {
		for _, key := range []*jwtinspect.Key{nil, secret(strong), pemKey(rs.public), jwksKey(`{"keys":[` + strings.TrimSuffix(strings.Repeat(rs.jwk+",", 90), ",") + `]}`)} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			r := look(text, key)
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 64<<20 {
				t.Errorf("%s: %d bytes allocated", name, allocated)
			}
			if took > 3*time.Second {
				t.Errorf("%s took %v", name, took)
			}
			t.Logf("%-10s %6d bytes: %v, %d KB, %d findings", name, len(text), took.Round(time.Microsecond), (after.TotalAlloc-before.TotalAlloc)>>10, len(r.Findings))
		}
	}
}

package token_test

import (
	"encoding/base64"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"twodoors/web/token"
)

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// T1: no other byte is taken, in any part and at either end of it.
func TestOtherCharactersAreRefused(t *testing.T) {
	t.Parallel()
	good := newForger(t).sign(header, dated("1", "", ""))
	if _, err := token.Decode(good); err != nil {
		t.Fatal(err)
	}
	var places []int
	for i := range good {
		if i == 0 || good[i] == '.' || good[i-1] == '.' {
			places = append(places, i)
		}
	}
	for _, at := range append(places, 5, len(good)) {
		for b := range 256 {
			if strings.IndexByte(alphabet, byte(b)) >= 0 {
				continue
			}
			if _, err := token.Decode(good[:at] + string([]byte{byte(b)}) + good[at:]); err == nil {
				t.Errorf("byte %#x at %d is taken", b, at)
			}
		}
	}
}

// T2: of the characters that could end a part and say the same, one is taken.
func TestUnusedBitsAreZero(t *testing.T) {
	t.Parallel()
	for _, blanks := range []string{"", " ", "  "} { // so that each part ends at each place in four characters
		parts := strings.Split(newForger(t).sign(header+blanks, dated("1", "", "")+blanks), ".")
		for i, part := range parts {
			taken, last := 0, strings.IndexByte(alphabet, part[len(part)-1])
			for other := range 64 {
				raw, err := base64.RawURLEncoding.DecodeString(part[:len(part)-1] + string(alphabet[other]))
				same, _ := base64.RawURLEncoding.DecodeString(part)
				if err != nil || string(raw) != string(same) {
					continue
				}
				spelled := append([]string{}, parts...)
				spelled[i] = part[:len(part)-1] + string(alphabet[other])
				if _, err := token.Decode(strings.Join(spelled, ".")); err == nil {
					taken++
				} else if other == last {
					t.Errorf("part %d: %v", i, err)
				}
			}
			if taken != 1 {
				t.Errorf("part %d has %d spellings", i, taken)
			}
		}
	}
}

// T13: a name that any reader could take for one of ours is refused beside it:
// every letter that Unicode folds to one of the name's.
func TestNamesThatFoldTogetherAreRefused(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	refused := func(header, payload string) bool {
		_, err := token.Decode(f.sign(header, payload))
		return err != nil
	}
	for _, name := range []string{"iss", "sub", "aud", "client_id", "iat", "nbf", "exp", "jti", "name", "role"} {
		for i, letter := range name {
			for folded := unicode.SimpleFold(letter); folded != letter; folded = unicode.SimpleFold(folded) {
				other := name[:i] + string(folded) + name[i+1:]
				if !refused(header, strings.Replace(dated("1", "", ""), "{", `{"`+other+`":"x",`, 1)) {
					t.Errorf("payload: %s", other)
				}
			}
		}
	}
	for _, other := range []string{"ALG", "Typ", "kId", "\u212aid", `\u006bid`, `\u212aID`} {
		if !refused(strings.Replace(header, "{", `{"`+other+`":"x",`, 1), "{}") {
			t.Errorf("header: %s", other)
		}
	}
	for r := rune('a'); r <= unicode.MaxRune; r++ { // two of which neither is ours
		folded := unicode.SimpleFold(r)
		if folded != r && unicode.IsLetter(r) && !refused(header, `{"x`+string(r)+`":1,"x`+string(folded)+`":2}`) {
			t.Errorf("%q and %q", r, folded)
		}
	}
}

// T14, X7: what it costs to refuse a token is bounded by its length.
func TestDecodingIsBounded(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	const size = token.MaxLength * 3 / 4
	for what, payload := range map[string]string{
		"deep":    `{"a":` + strings.Repeat("[", size),
		"members": `{"a":1` + strings.Repeat(`,"b":1`, size/6),
		"many":    "{" + strings.Repeat(`"":1,`, size/5),
		"digits":  `{"exp":` + strings.Repeat("9", size) + "}",
		"aud":     `{"aud":[` + strings.Repeat(`"",`, size/3) + `""]}`,
		"escapes": `{"name":"` + strings.Repeat(`\u0041`, size/6) + `"}`,
		"blanks":  "{" + strings.Repeat(" ", size) + "}",
	} {
		text := encode([]byte(header)) + "." + encode([]byte(payload)) + ".AAAA"
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 20 {
			token.Decode(text)
		}
		runtime.ReadMemStats(&after)
		if each := (after.TotalAlloc - before.TotalAlloc) / 20; each > 64*token.MaxLength {
			t.Errorf("%s: %d bytes allocated for %d", what, each, len(text))
		}
	}
}

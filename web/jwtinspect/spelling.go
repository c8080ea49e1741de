package jwtinspect

import (
	"encoding/base64"
	"strings"
)

// misspelling is where a text stops to be base64url as an encoder writes it.
type misspelling struct {
	code  string
	at    int // character, from 1
	shown string
	size  int
}

func (m *misspelling) needs(part string) []any {
	switch m.code {
	case "base64-length":
		return []any{part, m.size}
	case "base64-bits", "base64-padding":
		return []any{m.at, part}
	}
	return []any{m.at, part, m.shown}
}

var base64url = base64.RawURLEncoding.Strict()

// spell decodes base64url. Of a misspelled text it decodes what can be guessed,
// and says where it stops to be right (RFC 7515 section 2, RFC 4648 section 3.5).
func spell(text string) ([]byte, *misspelling) {
	if !strings.ContainsFunc(text, foreign) {
		if raw, err := base64url.DecodeString(text); err == nil {
			return raw, nil
		}
	}
	meant, fault := respell(text)
	if len(meant)%4 == 1 {
		if fault == nil {
			fault = &misspelling{code: "base64-length", at: len(meant), size: len(meant)}
		}
		meant = meant[:len(meant)-1]
	}
	raw, err := base64url.DecodeString(meant)
	if err != nil { // only the unused bits are left to be wrong
		raw, _ = base64.RawURLEncoding.DecodeString(meant)
		if fault == nil {
			fault = &misspelling{code: "base64-bits", at: len(meant)}
		}
	}
	return raw, fault
}

// respell writes a text with the characters that base64url has, and says which was the
// first that it does not have.
func respell(text string) (meant string, fault *misspelling) {
	var b strings.Builder
	at := 0
	for _, c := range text {
		at++
		if !foreign(c) {
			b.WriteRune(c)
			continue
		}
		code, other := "base64-alphabet", ""
		switch c {
		case '=':
			code = "base64-padding"
		case '+':
			code, other = "base64-standard", "-"
		case '/':
			code, other = "base64-standard", "_"
		}
		b.WriteString(other)
		if fault == nil {
			fault = &misspelling{code: code, at: at, shown: quoted(string(c))}
		}
	}
	return b.String(), fault
}

func foreign(c rune) bool {
	return !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_')
}

package jwtinspect

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	headerPart    = "header"
	payloadPart   = "payload"
	signaturePart = "signature"
)

var (
	jwsParts = []string{headerPart, payloadPart, signaturePart}                                                   // RFC 7515 section 7.1
	jweParts = []string{headerPart, "encrypted key", "initialization vector", "ciphertext", "authentication tag"} // RFC 7516 section 7.1
)

// cut stands at the end of a signature of which a trace shows only the beginning.
const cut = "…"

// takeApart splits a token and reads its parts, as far as they can be read.
func (i *inspection) takeApart(text string) {
	text = i.unwrap(text)
	if text == "" {
		i.find("empty")
		return
	}
	count := strings.Count(text, ".") + 1
	pieces := strings.SplitN(text, ".", maxParts+1)
	names := jwsParts
	switch {
	case strings.HasPrefix(text, "{"):
		i.find("json-serialization")
		shown := strings.ToValidUTF8(text, "�")
		i.Parts = []Part{{Name: "JSON", Text: shown, Bytes: len(text), Decoded: shown}}
		return
	case count == len(jweParts) && namesEncryption(pieces[0]):
		i.find("jwe")
		names = jweParts
	case count < len(jwsParts):
		i.find("parts-missing", plural(count, "part"))
	case count > len(jwsParts):
		i.find("parts-too-many", plural(count, "part"))
	}
	for n, piece := range pieces[:min(len(pieces), maxParts)] {
		name := "further part"
		if n < len(names) {
			name = names[n]
		}
		i.readPart(name, piece)
	}
}

// unwrap takes off what people copy along with a token.
func (i *inspection) unwrap(text string) string {
	bare := strings.TrimSpace(text)
	if bare != text {
		i.find("surroundings", "white space")
	}
	for _, around := range []string{"Authorization:", "Bearer "} {
		if len(bare) >= len(around) && strings.EqualFold(bare[:len(around)], around) {
			bare = strings.TrimSpace(bare[len(around):])
			i.find("surroundings", "the word "+strings.Trim(around, ": "))
		}
	}
	if inside := strings.Trim(bare, "\"'`<>,;"); inside != bare && inside != "" {
		bare = inside
		i.find("surroundings", "quoting")
	}
	return bare
}

// namesEncryption reports whether a header names how content is encrypted.
func namesEncryption(text string) bool {
	raw, _ := spell(text)
	header := readObject(raw)
	_, encrypted := header.members["enc"]
	return encrypted
}

// joinLines takes white space out of a part: terminals and mail break long lines, so
// a token that was copied from there has some that nobody put in.
func (i *inspection) joinLines(name, text string) string {
	at := strings.IndexFunc(text, unicode.IsSpace)
	if at < 0 {
		return text
	}
	position := utf8.RuneCountInString(text[:at]) + 1
	space, _ := utf8.DecodeRuneInString(text[at:])
	i.findAt(name, position, "white-space", position, name, quoted(string(space)))
	return strings.Join(strings.Fields(text), "")
}

// readPart decodes one part and, where JSON is meant to be, reads it.
func (i *inspection) readPart(name, text string) {
	text = i.joinLines(name, text)
	raw, fault := spell(text)
	part := Part{Name: name, Text: strings.ToValidUTF8(text, "�"), Bytes: len(raw), Canonical: fault == nil && text != ""}
	switch {
	case text == "" && i.found("jwe"):
	case name == signaturePart && strings.HasSuffix(text, cut):
		i.findAt(name, utf8.RuneCountInString(text), "signature-cut", utf8.RuneCountInString(text)-1)
	case text == "":
		i.findAt(name, 0, "part-empty", name)
	case fault != nil:
		i.findAt(name, fault.at, fault.code, fault.needs(name)...)
	}
	switch name {
	case headerPart:
		part.Decoded = strings.ToValidUTF8(string(raw), "�")
		i.header = i.readJSON(name, text, raw)
		i.Header = i.header.value
	case payloadPart:
		part.Decoded = strings.ToValidUTF8(string(raw), "�")
		i.readPayload(text, raw)
	case signaturePart:
		i.Signature.Present = text != ""
	}
	i.Parts = append(i.Parts, part)
}

func (i *inspection) readPayload(text string, raw []byte) {
	if i.found("jwe") {
		return
	}
	i.payload = i.readJSON(payloadPart, text, raw)
	i.Payload = i.payload.value
	if i.Payload == nil && text != "" {
		i.Payload, _ = jsontext.AppendQuote(nil, strings.ToValidUTF8(string(raw), "�"))
	}
	if i.found("base64-bits") && i.payload.ok {
		shorter, fault := spell(text[:len(text)-1])
		if fault == nil && readObject(shorter).fault == nil && !i.mentioned["one-too-many"] {
			i.mentioned["one-too-many"] = true
			i.findAt(payloadPart, len(text), "one-too-many", payloadPart)
		}
	}
}

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
	var fault *misspelling
	var plain strings.Builder
	at := 0
	for _, c := range text {
		at++
		if !foreign(c) {
			plain.WriteRune(c)
			continue
		}
		if fault == nil {
			fault = &misspelling{code: "base64-alphabet", at: at, shown: quoted(string(c))}
			switch c {
			case '=':
				fault.code = "base64-padding"
			case '+', '/':
				fault.code = "base64-standard"
			}
		}
		switch c {
		case '+':
			plain.WriteByte('-')
		case '/':
			plain.WriteByte('_')
		}
	}
	meant := plain.String()
	if len(meant)%4 == 1 {
		if fault == nil {
			fault = &misspelling{code: "base64-length", at: at, size: at}
		}
		meant = meant[:len(meant)-1]
	}
	raw, err := base64url.DecodeString(meant)
	if err != nil { // only the unused bits are left to be wrong
		raw, _ = base64.RawURLEncoding.DecodeString(meant)
		if fault == nil {
			fault = &misspelling{code: "base64-bits", at: at}
		}
	}
	return raw, fault
}

func foreign(c rune) bool {
	return !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_')
}

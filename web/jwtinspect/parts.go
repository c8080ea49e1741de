package jwtinspect

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	headerPart     = "header"
	payloadPart    = "payload"
	signaturePart  = "signature"
	disclosurePart = "disclosure"
	bindingPart    = "key binding"
)

var (
	jwsParts = []string{headerPart, payloadPart, signaturePart}                                                   // RFC 7515 section 7.1
	jweParts = []string{headerPart, "encrypted key", "initialization vector", "ciphertext", "authentication tag"} // RFC 7516 section 7.1
)

// cut stands at the end of a signature of which a trace shows only the beginning.
const cut = "…"

// takeApart splits a token and reads its parts, as far as they can be read.
func (i *inspection) takeApart(text string) {
	i.text = i.unwrap(text)
	i.Bytes = len(i.text)
	switch {
	case i.text == "":
		i.find("empty")
		return
	case isSerialized(i.text):
		i.takeSerializedApart(i.text)
		return
	case isJSON(i.text):
		i.find("decoded-json")
		shown := strings.ToValidUTF8(i.text, "�")
		i.Parts = []Part{{Name: "JSON", Text: shown, Bytes: len(i.text), Decoded: shown}}
		return
	}
	signed, disclosed, selective := strings.Cut(i.text, "~")
	pieces := strings.SplitN(signed, ".", maxParts+1)
	switch count := strings.Count(signed, ".") + 1; {
	case count == len(jweParts) && namesEncryption(pieces[0]):
		i.find("jwe")
		i.encrypted = true
		i.readParts(jweParts, pieces...)
		return
	case count < len(jwsParts):
		i.find("parts-missing", plural(count, "part"))
	case count > len(jwsParts):
		i.find("parts-too-many", plural(count, "part"))
	case selective:
		i.selective = true
	}
	i.readParts(jwsParts, pieces...)
	if i.selective {
		i.readDisclosures(signed, disclosed)
	}
}

// readParts reads the pieces of a token, of which the first ones have names.
func (i *inspection) readParts(names []string, pieces ...string) {
	for n, piece := range pieces[:min(len(pieces), maxParts)] {
		name := "further part"
		if n < len(names) {
			name = names[n]
		}
		i.readPart(name, piece)
	}
}

// namesEncryption reports whether a header names how content is encrypted.
func namesEncryption(text string) bool {
	raw, _ := spell(text)
	return readObject(raw).has("enc")
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
	case text == "":
		i.missPart(name)
	case name == signaturePart && strings.HasSuffix(text, cut):
		i.findAt(name, utf8.RuneCountInString(text), "signature-cut", utf8.RuneCountInString(text)-1)
	case fault != nil:
		i.findAt(name, fault.at, fault.code, fault.needs(name)...)
	}
	switch name {
	case headerPart:
		part.Decoded = strings.ToValidUTF8(string(raw), "�")
		i.header = i.readJSON(name, text, raw)
		i.Header = i.header.value
	case payloadPart:
		raw = i.inflate(raw)
		part.Decoded = strings.ToValidUTF8(string(raw), "�")
		i.readPayload(text, raw)
	case signaturePart:
		i.Signature.Present = text != ""
	}
	i.Parts = append(i.Parts, part)
}

// missPart tells that a part is empty, unless it may be. The key of a JWE is, when both
// sides have it; the signature is, when the header says that there is none (RFC 7518 section
// 3.6).
func (i *inspection) missPart(name string) {
	switch {
	case i.encrypted && name != headerPart:
	case name == signaturePart && i.header.text("alg") == "none":
	case name == payloadPart:
		i.findAt(name, 0, "detached")
	default:
		i.findAt(name, 0, "part-empty", name)
	}
}

func (i *inspection) readPayload(text string, raw []byte) {
	if i.takeNested(raw) {
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

// takeNested takes a payload that is a token itself for one (RFC 7519 section 5.2).
func (i *inspection) takeNested(raw []byte) bool {
	inner := strings.TrimSpace(string(raw))
	if starts := headers(inner); len(starts) == 0 || starts[0] != 0 {
		return false
	}
	if !isTokenType(i.header.text("cty")) {
		i.findAt(payloadPart, 0, "nested-unsaid")
	}
	i.Inner = inner
	i.Payload, _ = jsontext.AppendQuote(nil, inner)
	return true
}

// isTokenType reports whether a content type is the one of a token. The standard recommends
// capitals, and compares without case.
func isTokenType(contentType string) bool { return strings.EqualFold(contentType, "JWT") }

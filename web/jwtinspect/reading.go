package jwtinspect

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode/utf16"
)

// reading is what a text may mean as a secret.
type reading struct {
	how    string
	secret []byte
}

// Bounds of the search for how a secret was read: bytes to hash, and about how many readings a
// text has.
const (
	maxReread   = 4 << 20
	maxReadings = 100
)

// readSecretAnew finds whether the secret is the right one, only read otherwise than
// who signed reads it.
func (i *inspection) readSecretAnew(alg *algorithm, t signed, k *usable) bool {
	if alg.family != "secret" || len(t.signature) != alg.size {
		return false
	}
	left := maxReread
	for _, other := range k.readings() {
		if left -= len(t.input()); left < 0 {
			return false
		}
		if hmac.Equal(alg.mac(other.secret, []byte(t.input())), t.signature) {
			i.find("secret-read", other.how)
			i.Signature.Reason = "It is invalid for this secret as it was read, but valid for the same text " + other.how + "."
			return true
		}
	}
	return false
}

// readings are what else people take the text of a secret for. One that comes to the same bytes
// is none.
func (k *usable) readings() []reading {
	seen := map[string]bool{string(k.secret): true, "": true}
	var all []reading
	note := func(how string, secret []byte) {
		if !seen[string(secret)] {
			seen[string(secret)] = true
			all = append(all, reading{how, secret})
		}
	}
	text := k.text
	if text == "" {
		text = string(k.secret)
	}
	note("used as it is, without decoding", []byte(text))
	for _, bare := range unwrapped(text) {
		note(bare.how, bare.secret)
		for _, decoded := range decodings(string(bare.secret)) {
			note(strings.TrimPrefix(bare.how+", ", ", ")+decoded.how, decoded.secret)
		}
	}
	if shorter := text[:len(text)-1]; shorter != "" { // some decoders drop what does not fill three bytes
		note("without its last character", []byte(shorter))
		for _, decoded := range decodings(shorter) {
			note("without its last character, "+decoded.how, decoded.secret)
		}
	}
	for _, other := range endings(text) {
		note(other.how, other.secret)
	}
	for _, encoded := range encodings(k.secret) {
		note(encoded.how, encoded.secret)
	}
	return all
}

// wraps are what stands around a secret in files and shells, and is taken for a part of it, or
// is not.
var wraps = []struct {
	how     string
	pattern func() *regexp.Regexp // its group is the secret
}{
	{"without the white space around it", expression(`(?s)^[\s\x{feff}]*(.*?)[\s\x{feff}]*$`)},
	{"without the quotes around it", expression(`(?s)^(?:"(.*)"|'(.*)'|` + "`(.*)`" + `|[“”](.*)[“”])[;,]?$`)},
	{"without the prefix before it", expression(`(?s)^(?:base64[:,]|b64:|hex:|0x)(.+)$`)},
	{"without the name before it", expression(`(?s)^(?:export\s+|set\s+|const\s+|let\s+)?[A-Za-z_][A-Za-z0-9_.-]*\s*[=:]\s*(.+)$`)},
}

// unwrapped takes off up to three things around a text, in any order.
func unwrapped(text string) []reading {
	all := []reading{{"", []byte(text)}}
	for from, depth := 0, 0; depth < 3; depth++ {
		until := len(all)
		for _, before := range all[from:until] {
			for _, w := range wraps {
				found := w.pattern().FindSubmatch(before.secret)
				if found == nil {
					continue
				}
				bare := longest(found[1:])
				if len(bare) < len(before.secret) {
					all = append(all, reading{strings.TrimPrefix(before.how+", ", ", ") + w.how, bare})
				}
			}
		}
		from = until
	}
	return all
}

func longest(groups [][]byte) (most []byte) {
	for _, group := range groups {
		if len(group) > len(most) {
			most = group
		}
	}
	return most
}

// decodings are the bytes that a text spells.
func decodings(text string) []reading {
	var all []reading
	bare := text
	for _, prefix := range []string{"base64:", "base64,", "b64:"} {
		bare = strings.TrimPrefix(bare, prefix)
	}
	if raw, err := anyBase64(bare); err == nil {
		all = append(all, reading{"read as base64", raw})
	}
	bare = strings.TrimPrefix(strings.TrimPrefix(text, "hex:"), "\\x")
	if raw, err := anyHex(bare); err == nil {
		all = append(all, reading{"read as hexadecimal digits", raw})
	}
	return all
}

// endings are what programs add to a text, or spell it with.
func endings(text string) []reading {
	wide := make([]byte, 0, 2*len(text))
	for _, unit := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	return []reading{
		{"with a line break after it", []byte(text + "\n")},
		{"with CR and LF after it", []byte(text + "\r\n")},
		{"with a space after it", []byte(text + " ")},
		{"with a byte order mark before it", []byte("\ufeff" + text)},
		{"with double quotes around it", []byte(`"` + text + `"`)},
		{"with single quotes around it", []byte("'" + text + "'")},
		{"in lower case", []byte(strings.ToLower(text))},
		{"in upper case", []byte(strings.ToUpper(text))},
		{"in UTF-16", wide},
	}
}

// encodings are the texts that bytes are written as.
func encodings(raw []byte) []reading {
	return []reading{
		{"written in base64", []byte(base64.StdEncoding.EncodeToString(raw))},
		{"written in base64url", []byte(base64.RawURLEncoding.EncodeToString(raw))},
		{"written in hexadecimal digits", []byte(hex.EncodeToString(raw))},
	}
}

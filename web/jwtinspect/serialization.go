package jwtinspect

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// isSerialized reports whether a text is a JWS or a JWE in JSON serialization (RFC 7515
// section 7.2, RFC 7516 section 7.2).
func isSerialized(text string) bool {
	o := readObject([]byte(text))
	return o.has("ciphertext") || o.has("signatures") || o.has("signature") && (o.has("protected") || o.has("header") || o.has("payload"))
}

// takeSerializedApart reads the parts of a token in JSON serialization, as if it was in
// compact serialization. Of several signatures it takes the one that the key is for.
func (i *inspection) takeSerializedApart(text string) {
	o := readObject([]byte(text))
	if o.has("ciphertext") {
		i.find("jwe-json")
		i.encrypted = true
		i.readParts(jweParts, o.text("protected"), o.text("encrypted_key"), o.text("iv"), o.text("ciphertext"), o.text("tag"))
		return
	}
	i.find("json-serialization")
	one := o
	all, _ := listOf(o.members["signatures"])
	if len(all) > 0 {
		one = i.pickSignature(all)
	}
	if len(all) > 1 {
		i.find("several-signatures", len(all))
	}
	i.readParts(jwsParts, one.text("protected"), o.text("payload"), one.text("signature"))
	i.takeUnprotected(readObject(one.members["header"]))
}

// pickSignature returns the first signature that the given key may have made, else the first
// one.
func (i *inspection) pickSignature(all []jsontext.Value) object {
	for _, each := range all[:min(len(all), maxKeys)] {
		one := readObject(each)
		raw, _ := spell(one.text("protected"))
		alg := algorithmNamed(readObject(raw).text("alg"))
		if alg != nil && i.key != nil && len(i.key.read().fitting(alg)) > 0 {
			return one
		}
	}
	return readObject(all[0])
}

// takeUnprotected adds the members of a header that no signature covers.
func (i *inspection) takeUnprotected(header object) {
	if len(header.names) == 0 {
		return
	}
	i.findAt(headerPart, 0, "unprotected", listed(append([]string{}, header.names...)))
	if i.header.members == nil {
		i.header.members = map[string]jsontext.Value{}
	}
	for _, name := range header.names {
		if !i.header.has(name) {
			i.header.names = append(i.header.names, name)
			i.header.members[name] = header.members[name]
		}
	}
}

// isJSON reports whether a text begins as JSON does, which no token in compact
// serialization does.
func isJSON(text string) bool { return strings.HasPrefix(text, "{") }

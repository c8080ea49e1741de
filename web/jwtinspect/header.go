package jwtinspect

import (
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// lookAtHeader finds what a header says that should worry who reads it. What it
// says of the algorithm is judged with the signature.
func (i *inspection) lookAtHeader() {
	h := i.header
	if h.members == nil || i.found("jwe") {
		i.lookAtEncryption()
		return
	}
	i.lookAtNames(headerPart, h, []string{"alg", "typ", "kid"})
	for _, name := range []string{"alg", "typ", "kid"} {
		if value, there := h.members[name]; there && value.Kind() != '"' && value.Kind() != 'n' {
			i.findAt(headerPart, 0, "header-type", name)
		}
	}
	if h.has("crit") {
		i.findAt(headerPart, 0, "crit")
	}
	if h.has("b64") {
		i.findAt(headerPart, 0, "b64")
	}
	for _, name := range []string{"jwk", "x5c"} {
		if h.has(name) {
			i.findAt(headerPart, 0, "key-embedded", name)
		}
	}
	for _, name := range []string{"jku", "x5u"} {
		if h.has(name) {
			i.findAt(headerPart, 0, "key-remote", name+": "+quoted(h.text(name)))
		}
	}
	if h.has("zip") {
		i.findAt(headerPart, 0, "compressed")
	}
	i.lookAtKeyID(h.text("kid"))
	i.lookAtType(h)
}

func (i *inspection) lookAtType(h object) {
	switch typ := h.text("typ"); {
	case typ == "":
		i.findAt(headerPart, 0, "typ-missing")
	case strings.EqualFold(typ, "JWT"):
		i.findAt(headerPart, 0, "typ-generic")
	}
	if strings.EqualFold(h.text("cty"), "JWT") {
		i.findAt(headerPart, 0, "nested")
	}
}

// lookAtEncryption warns of what the header of a JWE may do to who decrypts it.
func (i *inspection) lookAtEncryption() {
	if i.header.has("zip") {
		i.findAt(headerPart, 0, "compressed")
	}
	if work := i.header.members["p2c"]; work != nil {
		i.findAt(headerPart, 0, "encrypted-work", quoted(string(work)))
	}
}

// lookAtKeyID takes a key id for what it is: text from a stranger.
func (i *inspection) lookAtKeyID(kid string) {
	if len(kid) > 256 {
		i.findAt(headerPart, 0, "kid-long", len(kid))
	}
	lower := strings.ToLower(kid)
	switch {
	case strings.ContainsFunc(kid, func(r rune) bool { return !unicode.IsPrint(r) }):
		i.findAt(headerPart, 0, "kid-hostile", "text with control characters")
	case strings.Contains(kid, "../") || strings.Contains(kid, `..\`) || strings.HasPrefix(kid, "/"):
		i.findAt(headerPart, 0, "kid-hostile", "a path")
	case strings.Contains(kid, "'") || strings.Contains(lower, "union select") || strings.Contains(kid, "--"):
		i.findAt(headerPart, 0, "kid-hostile", "a piece of SQL")
	case strings.ContainsAny(kid, "|;`$&<>"):
		i.findAt(headerPart, 0, "kid-hostile", "a piece of a command or of a page")
	}
}

// lookAtNames finds names that somebody who does not mind case would confuse: with
// a registered one, or with each other.
func (i *inspection) lookAtNames(part string, o object, registered []string) {
	seen := map[string]string{}
	for _, name := range registered {
		seen[fold(name)] = name
	}
	for _, name := range o.names {
		folded := fold(name)
		if before, there := seen[folded]; there && before != name {
			i.findAt(part, 0, "case-member", quoted(name), part)
			return
		}
		seen[folded] = name
	}
}

// fold goes there and back, so that letters which only one of both changes, as the
// long s, meet their plain form.
func fold(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// isText reports whether a value is text; null passes for none.
func isText(value jsontext.Value) bool { return value.Kind() == '"' || value.Kind() == 'n' }

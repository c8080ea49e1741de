package jwtinspect

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// lookAtHeader finds what a header says that should worry who reads it. What it
// says of the algorithm is judged with the signature.
func (i *inspection) lookAtHeader() {
	h := i.header
	if h.members == nil || i.encrypted {
		i.lookAtEncryption()
		return
	}
	i.lookAtNames(headerPart, h, []string{"alg", "typ", "kid"})
	for _, name := range []string{"alg", "typ", "kid"} {
		if value, there := h.members[name]; there && value.Kind() != '"' && value.Kind() != 'n' {
			i.findAt(headerPart, 0, "header-type", name)
		}
	}
	for _, name := range []string{"crit", "b64"} {
		if h.has(name) {
			i.findAt(headerPart, 0, name)
		}
	}
	i.lookForKeys(h)
	if h.has("zip") && !i.found("deflated") {
		i.findAt(headerPart, 0, "compressed")
	}
	i.lookAtKeyID(h.text("kid"))
	i.lookAtType(h)
	i.lookAtProof()
}

// lookForKeys finds keys that the header brings, and addresses of some.
func (i *inspection) lookForKeys(h object) {
	for _, name := range []string{"jwk", "x5c"} {
		if h.has(name) && !(name == "jwk" && i.rules.carriesKey) {
			i.findAt(headerPart, 0, "key-embedded", name)
		}
	}
	for _, name := range []string{"jku", "x5u"} {
		if h.has(name) {
			i.findAt(headerPart, 0, "key-remote", name+": "+quoted(h.text(name)))
		}
	}
}

func (i *inspection) lookAtType(h object) {
	switch typ := h.text("typ"); {
	case typ == "":
		i.findAt(headerPart, 0, "typ-missing")
	case strings.EqualFold(typ, "JWT"):
		i.findAt(headerPart, 0, "typ-generic")
	}
	if isTokenType(h.text("cty")) {
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

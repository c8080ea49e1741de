package jwtinspect

import (
	"slices"
	"strings"
)

// Kind is what kind of token it is, and whose rules it is judged by.
type Kind struct {
	Name   string `json:"name"`
	Source string `json:"source"` // which standard has the rules
}

// rules are those of one kind of token. A receiver refuses a token without a demanded claim;
// a wanted one makes it safer.
type rules struct {
	typ string // of the header; one that begins with a period is its end
	Kind
	demanded, wanted string
	carriesKey       bool // the header brings the key that it is to be checked with
}

// jwe is a token that is encrypted.
var jwe = Kind{"JWE", "RFC 7516"}

// Encrypted reports whether the token is a JWE, which has no signature.
func (r *Report) Encrypted() bool { return r.Kind == jwe }

// anyJWT is judged by what every receiver should look for.
var anyJWT = rules{Kind: Kind{"JWT", "RFC 7519 section 4.1"}, wanted: "exp iss aud sub jti iat"}

// idToken has no type of its own: it is known by its claims.
var idToken = rules{Kind: Kind{"ID token", "OpenID Connect Core 1.0 section 2"}, demanded: "iss sub aud exp iat"}

// idClaims stand in ID tokens only (OpenID Connect Core 1.0 sections 2 and 3.3.2.11).
var idClaims = []string{"nonce", "at_hash", "c_hash"}

// kinds are those that have a type and rules of their own.
var kinds = []rules{
	{typ: "at+jwt", Kind: Kind{"access token", "RFC 9068 section 2.2"}, wanted: "exp iss aud sub client_id iat jti"},
	{typ: "dpop+jwt", Kind: Kind{"DPoP proof", "RFC 9449 section 4.2"}, demanded: "jti htm htu iat", carriesKey: true},
	{typ: "kb+jwt", Kind: Kind{"key binding of an SD-JWT", "RFC 9901 section 4.3"}, demanded: "iat aud nonce sd_hash"},
	{typ: ".sd-jwt", Kind: Kind{"SD-JWT", "RFC 9901 section 4.1"}, wanted: "exp iss"},
	{typ: "secevent+jwt", Kind: Kind{"security event token", "RFC 8417 section 2.2"}, demanded: "iss iat jti events"},
	{typ: "logout+jwt", Kind: Kind{"logout token", "OpenID Connect Back-Channel Logout 1.0 section 2.4"}, demanded: "iss aud iat exp jti events"},
	{typ: "oauth-authz-req+jwt", Kind: Kind{"authorization request", "RFC 9101 section 4"}, demanded: "client_id", wanted: "iss aud exp"},
	{typ: "token-introspection+jwt", Kind: Kind{"introspection response", "RFC 9701 section 5"}, demanded: "iss aud iat token_introspection"},
}

// generic are the findings for claims that any token should have.
var generic = map[string]string{"exp": "no-expiry", "iss": "no-issuer", "aud": "no-audience", "sub": "no-subject", "jti": "no-id", "iat": "no-issued"}

// chooseRules goes by the type, as the type keeps one kind from being passed off as another
// (BCP 225 section 3.11). A JWT without one of its own is an ID token if it says what those
// alone say.
func (i *inspection) chooseRules() {
	i.rules = anyJWT
	typ := strings.TrimPrefix(strings.ToLower(i.header.text("typ")), "application/")
	for _, r := range kinds {
		ending, isEnding := strings.CutPrefix(r.typ, ".")
		if typ == r.typ || isEnding && strings.HasSuffix(typ, ending) {
			i.rules = r
		}
	}
	if (typ == "" || typ == "jwt") && slices.ContainsFunc(idClaims, i.payload.has) {
		i.rules = idToken
	}
	switch {
	case i.encrypted:
		i.rules.Kind = jwe
	case i.Inner != "":
		i.rules.Kind = Kind{"nested JWT", "RFC 7519 section 5.2"}
	case i.selective:
		i.rules.Kind = Kind{"SD-JWT", "RFC 9901 section 4"}
	}
	i.Kind = i.rules.Kind
}

// demands reports whether a claim makes a token of this kind whole.
func (r rules) demands(claim string) bool {
	return slices.Contains(strings.Fields(r.demanded+" "+r.wanted), claim)
}

// lookForMissing finds claims that the kind has and the token has not.
func (i *inspection) lookForMissing() {
	for claim := range strings.FieldsSeq(i.rules.demanded) {
		if !i.says(claim) {
			i.findAt(payloadPart, 0, "claim-demanded", i.rules.Name, claim)
		}
	}
	for claim := range strings.FieldsSeq(i.rules.wanted) {
		switch code := generic[claim]; {
		case i.says(claim):
		case code != "":
			i.findAt(payloadPart, 0, code)
		default:
			i.findAt(payloadPart, 0, "claim-wanted", i.rules.Name, claim)
		}
	}
}

// says reports whether a claim is there and says something. Of one that is wrong in another way
// that was said already.
func (i *inspection) says(claim string) bool {
	value, there := i.payload.members[claim]
	switch {
	case !there:
		return claim == "iss" && i.found("issuer-expected") || claim == "aud" && i.found("aud-expected")
	case claim == "aud":
		audience, ok := texts(value)
		return !ok || len(audience) > 0
	case slices.Contains(textClaims, claim):
		return !isText(value) || i.payload.text(claim) != ""
	}
	return true
}

// lookAtProof finds what is wrong with the key of a DPoP proof (RFC 9449 section 4.2).
func (i *inspection) lookAtProof() {
	if !i.rules.carriesKey {
		return
	}
	jwk := readObject(i.header.members["jwk"])
	switch {
	case !i.header.has("jwk"):
		i.findAt(headerPart, 0, "proof-key", "is missing: the header must contain it (jwk)")
	case jwk.has("d"):
		i.findAt(headerPart, 0, "proof-key", "is the private one: anyone who sees the proof can create others")
	case jwk.has("k"):
		i.findAt(headerPart, 0, "proof-key", "is a secret: a proof is signed with a private key")
	}
}

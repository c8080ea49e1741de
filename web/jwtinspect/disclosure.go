package jwtinspect

import (
	"crypto"
	"encoding/base64"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of an SD-JWT: disclosures that are read, and those that are shown.
const (
	maxDisclosures = 200
	maxDisclosed   = 16
)

// readDisclosures reads what stands behind the issuer's token: disclosures that end with a
// tilde each, and the key binding of who shows them (RFC 9901 section 4).
func (i *inspection) readDisclosures(signed, text string) {
	pieces := strings.Split(text, "~")
	disclosures, binding := pieces[:len(pieces)-1], pieces[len(pieces)-1]
	i.disclosures = len(disclosures)
	hash, known := i.disclosureHash()
	switch {
	case !known:
		i.findAt(payloadPart, 0, "sd-hash", quoted(i.payload.text("_sd_alg")))
		return
	case len(disclosures) > maxDisclosures:
		i.findAt(disclosurePart, 0, "disclosures-many", len(disclosures), maxDisclosures)
		return
	}
	digests := map[string]bool{}
	collectDigests(i.payload.value, digests)
	for _, each := range disclosures { // one may hold the digests of others
		raw, _ := spell(each)
		collectDigests(raw, digests)
	}
	for n, each := range disclosures {
		i.readDisclosure(n+1, each, digests[digest(hash, each)])
	}
	if binding != "" {
		i.readBinding(binding, digest(hash, strings.TrimSuffix(signed+"~"+text, binding)))
	}
}

func (i *inspection) disclosureHash() (crypto.Hash, bool) {
	if !i.payload.has("_sd_alg") {
		return crypto.SHA256, true
	}
	hash, known := map[string]crypto.Hash{"sha-256": crypto.SHA256, "sha-384": crypto.SHA384, "sha-512": crypto.SHA512}[i.payload.text("_sd_alg")]
	return hash, known
}

func digest(hash crypto.Hash, text string) string {
	h := hash.New()
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// readDisclosure reads a list of a salt, the name of a claim, and its value; of an element of
// a list there is no name (RFC 9901 section 4.2).
func (i *inspection) readDisclosure(number int, text string, signed bool) {
	raw, fault := spell(text)
	var list []jsontext.Value
	whole := fault == nil && json.Unmarshal(raw, &list) == nil && (len(list) == 2 || len(list) == 3)
	switch {
	case !whole:
		i.findAt(disclosurePart, 0, "disclosure-broken", number)
	case !signed:
		i.findAt(disclosurePart, 0, "disclosure-unsigned", number)
	}
	if number <= maxDisclosed {
		i.Parts = append(i.Parts, Part{
			Name: disclosurePart, Text: strings.ToValidUTF8(text, "�"), Bytes: len(raw),
			Canonical: fault == nil && text != "", Decoded: strings.ToValidUTF8(string(raw), "�"),
		})
	}
}

// readBinding shows the token by which a holder binds the disclosures to one receiver. Its key
// is named in what the issuer signed; here only what it is over is compared.
func (i *inspection) readBinding(text, over string) {
	var claims object
	if part := strings.Split(text, "."); len(part) == len(jwsParts) {
		raw, _ := spell(part[1])
		claims = readObject(raw)
	}
	switch {
	case claims.members == nil:
		i.findAt(bindingPart, 0, "binding-broken")
	case claims.text("sd_hash") != over:
		i.findAt(bindingPart, 0, "binding-other")
	default:
		i.findAt(bindingPart, 0, "binding")
	}
	i.Parts = append(i.Parts, Part{
		Name: bindingPart, Text: strings.ToValidUTF8(text, "�"), Bytes: len(text),
		Canonical: claims.members != nil, Decoded: string(claims.value),
	})
}

// collectDigests gathers the texts of a payload, at any depth. A digest is too long to be
// anything else by chance, so where it stands is not asked (RFC 9901 section 4.2.4).
func collectDigests(value jsontext.Value, into map[string]bool) {
	in := jsontext.NewDecoder(strings.NewReader(string(value)), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := in.ReadToken()
		if err != nil {
			return
		}
		if token.Kind() == '"' {
			into[token.String()] = true
		}
	}
}

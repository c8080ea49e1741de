package jwtinspect

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// algorithm is a way to sign, and the one kind of key that it is for.
type algorithm struct {
	name   string
	family string // secret, RSA, Ed25519, or the curve
	size   int    // of the signature in bytes; 0 when the key decides
	least  int    // bytes of a secret (RFC 7518 section 3.2)
	method jwt.SigningMethod
}

// algorithms are all that sign here (RFC 7518 section 3.1, RFC 8037 section 3.1,
// RFC 9864 section 2).
var algorithms = []algorithm{
	{"HS256", "secret", 32, 32, jwt.SigningMethodHS256},
	{"HS384", "secret", 48, 48, jwt.SigningMethodHS384},
	{"HS512", "secret", 64, 64, jwt.SigningMethodHS512},
	{"RS256", "RSA", 0, 0, jwt.SigningMethodRS256},
	{"RS384", "RSA", 0, 0, jwt.SigningMethodRS384},
	{"RS512", "RSA", 0, 0, jwt.SigningMethodRS512},
	{"PS256", "RSA", 0, 0, jwt.SigningMethodPS256},
	{"PS384", "RSA", 0, 0, jwt.SigningMethodPS384},
	{"PS512", "RSA", 0, 0, jwt.SigningMethodPS512},
	{"ES256", "P-256", 64, 0, jwt.SigningMethodES256},
	{"ES384", "P-384", 96, 0, jwt.SigningMethodES384},
	{"ES512", "P-521", 132, 0, jwt.SigningMethodES512},
	{"EdDSA", "Ed25519", 64, 0, jwt.SigningMethodEdDSA},
	{"Ed25519", "Ed25519", 64, 0, jwt.SigningMethodEdDSA},
}

// Algorithms lists the names of all that sign here.
func Algorithms() []string {
	var names []string
	for _, a := range algorithms {
		names = append(names, a.name)
	}
	return names
}

func algorithmNamed(name string) *algorithm {
	for n := range algorithms {
		if algorithms[n].name == name {
			return &algorithms[n]
		}
	}
	return nil
}

func (k *usable) family() string {
	switch key := k.public.(type) {
	case *rsa.PublicKey:
		return "RSA"
	case *ecdsa.PublicKey:
		return key.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return "secret"
}

// fits lists the algorithms that a key is for. A JWK may name the only one.
func (k *usable) fits() []string {
	var names []string
	for _, a := range algorithms {
		if a.family == k.family() && (k.algorithm == "" || k.algorithm == a.name) {
			names = append(names, a.name)
		}
	}
	return names
}

// verifies reports whether a signature over a text is right for a key.
func (a *algorithm) verifies(k *usable, signed string, signature []byte) bool {
	return a.try(k, signed, signature) == nil
}

func (a *algorithm) try(k *usable, signed string, signature []byte) error {
	if k.secret != nil {
		return a.method.Verify(signed, signature, k.secret)
	}
	return a.method.Verify(signed, signature, k.public)
}

func (a *algorithm) newMAC(secret []byte) hash.Hash {
	return hmac.New(a.method.(*jwt.SigningMethodHMAC).Hash.New, secret)
}

// mac is what an algorithm with a secret signs with.
func (a *algorithm) mac(secret, text []byte) []byte {
	mac := a.newMAC(secret)
	mac.Write(text)
	return mac.Sum(nil)
}

// checkSignature decides whether the token is as the holder of the key signed it.
// Whatever the token says of its key or algorithm has to agree with what was
// given; it never chooses.
func (i *inspection) checkSignature(key *Key) {
	alg := i.judgeAlgorithm()
	t := i.signedText()
	i.lookForWeakSecret(alg, t)
	if cut := i.firstOf("signature-cut"); cut != nil {
		i.Signature.Reason = cut.Text
		return
	}
	if key == nil {
		i.Signature.Reason = "No key was given to check it with."
		if fault := i.worst(concernsSignature); fault != nil {
			i.Signature.Reason = fault.Text
		}
		return
	}
	keys, wrong, err := key.read()
	for _, each := range wrong {
		i.find(each.code, each.needs...)
	}
	if bad, ok := err.(*fault); ok {
		i.find(bad.code, bad.needs...)
		i.Signature.Reason = bad.Error()
		return
	}
	for _, k := range keys {
		i.lookAtKey(k, alg, key)
	}
	i.Signature.Checked = true
	i.Signature.Valid, i.Signature.Reason = i.verify(alg, t, keys)
	if !i.Signature.Valid && !i.readSecretAnew(alg, t, keys) {
		i.mend(alg, t, keys)
	}
}

// judgeAlgorithm reads what the header says, and returns the algorithm if it is
// one that signs.
func (i *inspection) judgeAlgorithm() *algorithm {
	name := i.header.text("alg")
	alg := algorithmNamed(name)
	switch {
	case i.header.members == nil || i.found("jwe"):
		return nil
	case !i.header.has("alg") || name == "":
		i.findAt(headerPart, 0, "alg-missing")
	case strings.EqualFold(strings.TrimSpace(name), "none"):
		i.findAt(headerPart, 0, "alg-none", quoted(name))
	case alg == nil && slices.ContainsFunc(algorithms, func(a algorithm) bool { return strings.EqualFold(a.name, name) }):
		i.findAt(headerPart, 0, "alg-case", quoted(name))
	case alg == nil && (strings.HasPrefix(name, "RSA") || strings.HasPrefix(name, "PBES2") || strings.HasPrefix(name, "ECDH") || strings.HasSuffix(name, "KW") || name == "dir"):
		i.findAt(headerPart, 0, "alg-encryption", quoted(name))
	case alg == nil:
		i.findAt(headerPart, 0, "alg-unknown", quoted(name))
	case len(i.expect.Algorithms) > 0 && !slices.Contains(i.expect.Algorithms, name):
		i.findAt(headerPart, 0, "alg-unexpected", quoted(name), listed(slices.Clone(i.expect.Algorithms)))
	}
	return alg
}

// signed is what a signature is over, and the signature.
type signed struct {
	header, payload string // as they stand in the token
	text            string // the signature, as it stands there
	signature       []byte
	whole           bool // three parts, of which the last is canonical
}

func (s signed) input() string { return s.header + "." + s.payload }

func (i *inspection) signedText() signed {
	if len(i.Parts) < 3 || i.found("jwe") {
		return signed{}
	}
	s := signed{header: i.Parts[0].Text, payload: i.Parts[1].Text, text: i.Parts[2].Text}
	s.signature, _ = spell(s.text)
	s.whole = len(i.Parts) == 3 && i.Parts[2].Canonical
	return s
}

// verify gives the verdict, and why.
func (i *inspection) verify(alg *algorithm, t signed, keys []*usable) (bool, string) {
	if fault := i.worst(concernsSignature); fault != nil {
		return false, fault.Text
	}
	switch {
	case i.found("jwe"):
		return false, "This is a JWE. It has no signature to check."
	case alg == nil || !i.Signature.Present || len(i.Parts) != 3:
		return false, "There is no signature to check: the token is not in three parts with a header that says how it is signed."
	}
	fitting := i.choose(alg, keys)
	if len(fitting) == 0 {
		return false, i.unfit(alg, t, keys)
	}
	for _, k := range fitting {
		i.Signature.Algorithm, i.Signature.Key = alg.name, k.String()
		err := alg.try(k, t.input(), t.signature)
		switch {
		case err == nil && !t.whole:
			return false, "The bytes of the signature are right, but they are not spelled as an encoder spells them. Strict readers refuse it, so that a token has one spelling only."
		case err == nil:
			return true, fmt.Sprintf("Header and payload are as the holder of the key signed them: %s, with %s.", alg.name, k)
		case unusable(err):
			return false, fmt.Sprintf("The key cannot be used to check %s: it is too short, or no key of that kind.", alg.name)
		}
	}
	i.lookAtMismatch(alg, t)
	return false, fmt.Sprintf("Header and payload are not what the holder of the key signed (%s, with %s): another key signed them, or one of the three parts was changed.", alg.name, fitting[0])
}

// choose picks the keys that the algorithm is for and, in a set, the one that the
// token names. A key id only ever picks among what was given.
func (i *inspection) choose(alg *algorithm, keys []*usable) []*usable {
	var fitting []*usable
	kid := i.header.text("kid")
	for _, k := range keys {
		named := len(keys) == 1 || kid == "" || k.id == "" || k.id == kid
		if named && slices.Contains(k.fits(), alg.name) {
			fitting = append(fitting, k)
		}
	}
	return fitting
}

// unfit says why no key is for the token, and whether that is an attack.
func (i *inspection) unfit(alg *algorithm, t signed, keys []*usable) string {
	if len(keys) > 1 {
		return fmt.Sprintf("No key in the set is for %s and has the id %s.", alg.name, orNone(i.header.text("kid")))
	}
	k := keys[0]
	what := k.String()
	if k.algorithm != "" {
		what += " for " + quoted(k.algorithm) + " only"
	}
	i.findAt(headerPart, 0, "alg-key", alg.name, what)
	if alg.family == "secret" {
		if how := forgedWith(alg, t, k); how != "" {
			i.find("forged", alg.name+", "+how)
		}
	}
	return i.worst(concernsSignature).Text
}

// unusable tells a key that cannot verify at all from one that did not sign this.
func unusable(err error) bool {
	for _, wrong := range []error{jwt.ErrTokenSignatureInvalid, jwt.ErrSignatureInvalid, jwt.ErrECDSAVerification, jwt.ErrEd25519Verification, rsa.ErrVerification} {
		if errors.Is(err, wrong) {
			return false
		}
	}
	return true
}

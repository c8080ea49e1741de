package jwtinspect

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// checkSignature decides whether the token is as the holder of the key signed it.
// Whatever the token says of its key or algorithm has to agree with what was
// given; it never chooses.
func (i *inspection) checkSignature() {
	alg := i.judgeAlgorithm()
	t := i.signedText()
	i.lookForWeakSecret(alg, t)
	if why := i.uncheckable(); why != "" {
		i.Signature.Reason = why
		return
	}
	ring := i.key.read()
	for _, each := range ring.wrong {
		i.find(each.code, each.needs...)
	}
	if bad, ok := errors.AsType[*fault](ring.err); ok {
		i.find(bad.code, bad.needs...)
		i.Signature.Reason = bad.Error()
		return
	}
	for _, k := range ring.keys {
		i.lookAtKey(k, alg)
	}
	i.Signature.Checked = true
	i.verify(alg, t, ring)
}

// uncheckable says why no key would decide anything, empty when one would.
func (i *inspection) uncheckable() string {
	if cut := i.firstOf("signature-cut"); cut != nil {
		return cut.Text
	}
	fault := i.worst(concernsSignature)
	switch {
	case i.encrypted:
		return "It is encrypted and has no signature. Decrypting it also detects any change."
	case i.key == nil && fault != nil:
		return fault.Text
	case i.key == nil && i.rules.carriesKey:
		return "No key was given. A DPoP proof brings its key in its own header (jwk): paste that to see whether the sender holds it. It says nothing about the issuer."
	case i.key == nil:
		return "No key was given to verify it."
	}
	return ""
}

// judgeAlgorithm reads what the header says, and returns the algorithm if it is
// one that signs.
func (i *inspection) judgeAlgorithm() *algorithm {
	name := i.header.text("alg")
	alg := algorithmNamed(name)
	switch {
	case i.header.members == nil || i.encrypted:
		return nil
	case !i.header.has("alg") || name == "":
		i.findAt(headerPart, 0, "alg-missing")
	case strings.EqualFold(strings.TrimSpace(name), "none"):
		i.findAt(headerPart, 0, "alg-none", quoted(name))
		if i.Signature.Present {
			i.findAt(signaturePart, 0, "none-signed")
		}
	case alg == nil:
		i.nameAlgorithm(name)
	case len(i.expect.Algorithms) > 0 && !slices.Contains(i.expect.Algorithms, name):
		i.findAt(headerPart, 0, "alg-unexpected", quoted(name), listed(slices.Clone(i.expect.Algorithms)))
	}
	return alg
}

// nameAlgorithm says what an algorithm is that does not sign here.
func (i *inspection) nameAlgorithm(name string) {
	encrypts := name == "dir" || strings.HasSuffix(name, "KW") || slices.ContainsFunc([]string{"RSA", "PBES2", "ECDH"}, func(p string) bool { return strings.HasPrefix(name, p) })
	switch {
	case slices.ContainsFunc(algorithms, func(a algorithm) bool { return strings.EqualFold(a.name, name) }):
		i.findAt(headerPart, 0, "alg-case", quoted(name))
	case encrypts:
		i.findAt(headerPart, 0, "alg-encryption", quoted(name))
	case elsewhere[name] != "":
		i.findAt(headerPart, 0, "alg-unchecked", quoted(name), elsewhere[name])
	default:
		i.findAt(headerPart, 0, "alg-unknown", quoted(name))
	}
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
	if len(i.Parts) < 3 || i.encrypted {
		return signed{}
	}
	s := signed{header: i.Parts[0].Text, payload: i.Parts[1].Text, text: i.Parts[2].Text}
	s.signature, _ = spell(s.text)
	s.whole = i.inThree() && i.Parts[2].Canonical
	return s
}

// inThree reports whether header, payload and signature are there, and nothing but disclosures
// besides.
func (i *inspection) inThree() bool { return len(i.Parts) == 3 || i.selective && len(i.Parts) > 3 }

// verify gives the verdict, and why. When it is not right, it looks for what would be.
func (i *inspection) verify(alg *algorithm, t signed, ring keyring) {
	s := &i.Signature
	if fault := i.worst(concernsSignature); fault != nil {
		s.Reason = fault.Text
		return
	}
	if unchecked := i.firstOf("alg-unchecked"); unchecked != nil {
		s.Checked, s.Reason = false, unchecked.Text
		return
	}
	if alg == nil || !s.Present || !i.inThree() {
		s.Reason = "There is no signature to verify: the token does not have three parts and a header that says how it is signed."
		return
	}
	fitting := ring.fitting(alg)
	named := i.named(fitting, ring)
	switch {
	case len(fitting) == 0:
		i.unfit(alg, t, ring.keys)
	case len(named) == 0:
		i.judgeOtherKey(alg, t, fitting)
	case i.tryKeys(alg, t, named):
	case t.payload == "":
		s.Checked = false
		s.Reason = "The payload is not in the token: it was sent separately (detached), or it was lost. The signature cannot be verified without it."
	default:
		i.lookForRight(alg, t, named)
	}
}

// maxVerifying bounds how long signatures are verified with public keys, of all keys and
// whatever is tried with them.
const maxVerifying = 40 * time.Millisecond

// affords reports whether there is time for one more verification.
func (i *inspection) affords(k *usable) bool {
	i.verified += k.verifying()
	return i.verified <= maxVerifying
}

// tryKeys verifies with one key after the other. It reports whether the verdict is final: the
// bytes of the signature are right for one, or none can be used.
func (i *inspection) tryKeys(alg *algorithm, t signed, keys []*usable) bool {
	s := &i.Signature
	for n, k := range keys {
		if !i.affords(k) && n > 0 {
			i.find("keys-untried", len(keys)-n)
			break
		}
		s.Algorithm, s.Key = alg.name, k.String()
		err := alg.try(k, t.input(), t.signature)
		switch {
		case err == nil && !t.whole:
			s.Reason = "The bytes of the signature are correct, but their base64url is not canonical. Strict verifiers reject it, so that a token has only one spelling."
			i.respellSignature(t)
			return true
		case err == nil:
			s.Valid, s.Reason = true, fmt.Sprintf("The holder of the key signed this header and payload: %s, with %s.", alg.name, k)
			i.lookAtOwnKey(k)
			return true
		case unusable(err):
			s.Reason = fmt.Sprintf("The key cannot verify %s: it is too short, or another kind of key.", alg.name)
			return true
		}
	}
	s.Reason = fmt.Sprintf("The holder of the key did not sign this header and payload (%s, with %s): another key signed them, or one of the three parts was changed.", alg.name, keys[0])
	return false
}

// fitting are the keys that an algorithm is for.
func (ring keyring) fitting(alg *algorithm) []*usable {
	var fitting []*usable
	for _, k := range ring.keys {
		if slices.Contains(k.fits(), alg.name) {
			fitting = append(fitting, k)
		}
	}
	return fitting
}

// unfit says why no key is for the token, and whether that is an attack.
func (i *inspection) unfit(alg *algorithm, t signed, keys []*usable) {
	if len(keys) > 1 {
		i.Signature.Reason = fmt.Sprintf("No key in the set is for %s. Give the key that the token names: %s.", alg.name, orNone(i.header.text("kid")))
		return
	}
	k := keys[0]
	what := k.String()
	if k.algorithm != "" {
		what += " for " + quoted(k.algorithm) + " only"
	}
	i.findAt(headerPart, 0, "alg-key", alg.name, what, remedy(alg, k))
	if how := forgedWith(alg, t, k); how != "" {
		i.find("forged", alg.name+", "+how)
		i.Signature.Reason = i.worst(concernsSignature).Text
		return
	}
	i.Signature.Checked = false
	i.Signature.Reason = i.firstOf("alg-key").Text
}

// remedy says which key to give in place of one that does not fit.
func remedy(alg *algorithm, k *usable) string {
	if alg.family == "secret" {
		return "Give the secret that signed it."
	}
	if k.secret != nil {
		if key := k.keyInText(); key != nil {
			return fmt.Sprintf("That text is %s: give it as a key, not as a secret.", key)
		}
		return "Give the public key that the issuer publishes."
	}
	return "Give the key that signed it."
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

package jwtinspect

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"strings"
)

// usable is a key that was read.
type usable struct {
	id, algorithm string // of a JWK; empty when it does not say
	pss           bool   // it says of itself that it is for RSASSA-PSS only
	secret        []byte // of HMAC
	public        any    // *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey
	private       any    // its other half, when that was given
	text          string // that was given, where that is not the key itself
}

// in words.
func (k *usable) String() string {
	switch key := k.public.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("an RSA key of %d bits", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "an EC key on " + key.Curve.Params().Name
	case ed25519.PublicKey:
		return "an Ed25519 key"
	}
	return fmt.Sprintf("a secret of %s", plural(len(k.secret), "byte"))
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
		if a.family == k.family() && (k.algorithm == "" || k.algorithm == a.name) && (!k.pss || strings.HasPrefix(a.name, "PS")) {
			names = append(names, a.name)
		}
	}
	return names
}

// use takes what a library read for a key, and keeps to those that tokens are
// signed with.
func use(key any) (*usable, error) {
	k := &usable{public: key}
	switch private := key.(type) {
	case *rsa.PrivateKey:
		k.private, k.public = private, &private.PublicKey
	case *ecdsa.PrivateKey:
		k.private, k.public = private, &private.PublicKey
	case ed25519.PrivateKey:
		k.private, k.public = private, private.Public()
	}
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		if bits := public.N.BitLen(); bits > maxModulus {
			return nil, &fault{"key-too-large", []any{"of RSA", fmt.Sprintf("%d bits, limit %d", bits, maxModulus)}}
		}
	case *ecdsa.PublicKey:
		if name := public.Curve.Params().Name; name != "P-256" && name != "P-384" && name != "P-521" {
			return nil, unreadable("it is a key on the curve %s, which is not used for tokens", name)
		}
	case ed25519.PublicKey:
	default:
		return nil, errNoKey
	}
	return k, nil
}

// equal reports whether two keys are one, though one of them may be its private half as well.
func (k *usable) equal(other *usable) bool {
	if public, ok := k.public.(interface{ Equal(crypto.PublicKey) bool }); ok && other.public != nil {
		return k.id == other.id && public.Equal(other.public)
	}
	return k.public == nil && other.public == nil && k.id == other.id && bytes.Equal(k.secret, other.secret)
}

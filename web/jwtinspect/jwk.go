package jwtinspect

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxMember is how long a number of a key may be: 8192 bits in base64url, and some spare.
const maxMember = 1500

// maxSecret is how long a secret may be, in characters.
const maxSecret = 8192

// jwk is one key while its members are read (RFC 7517 section 4).
type jwk struct {
	object
	spelled []string // members that an encoder would write otherwise
	err     error
}

// readJWK reads one key. Its sizes are measured before anything computes with it.
func readJWK(o object) (*usable, []*fault, error) {
	if !verifies(o) {
		return nil, nil, &fault{"key-use", []any{"kid: " + orNone(o.text("kid")), purposes(o)}}
	}
	j := &jwk{object: o}
	k, err := j.key()
	if err != nil {
		return nil, nil, err
	}
	k.id, k.algorithm, k.text = o.text("kid"), o.text("alg"), string(o.value)
	if k.secret != nil {
		k.text = o.text("k")
	}
	if len(j.spelled) > 0 {
		return k, []*fault{{"key-spelled", []any{listed(j.spelled)}}}, nil
	}
	return k, nil, nil
}

var curves = map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}

// unchecked are curves that are known, and that are not checked with here.
var unchecked = map[string]string{
	"secp256k1": nameSecp256k1, "P-256K": nameSecp256k1, "Ed448": nameEd448, "X25519": nameX25519, "X448": nameX25519,
}

// key reads what the type of the key demands (RFC 7518 section 6, RFC 8037 section 2).
func (j *jwk) key() (*usable, error) {
	curve := j.text("crv")
	switch kty := j.text("kty"); {
	case j.has("x5c") && !j.has("n") && !j.has("x"):
		return j.certificate()
	case kty == "oct":
		return j.oct()
	case kty == "RSA":
		return j.rsa()
	case kty == "EC" && curves[curve] != nil:
		return j.ec(curves[curve])
	case kty == "OKP" && curve == "Ed25519":
		return j.ed25519()
	case unchecked[curve] != "":
		return nil, unreadable("%s", unchecked[curve])
	case kty == "AKP":
		return nil, unreadable("%s", nameMLDSA)
	case kty == "EC" || kty == "OKP":
		return nil, unreadable("it is a key on the curve %s, which is not supported here", orNone(curve))
	case kty == "":
		return nil, unreadable("the JWK does not say its type (kty)")
	default:
		return nil, unreadable("it is a key of the type %s, which is not supported here", quoted(kty))
	}
}

// certificate reads the key of a JWK that has nothing but certificates.
func (j *jwk) certificate() (*usable, error) {
	chain, _ := texts(j.members["x5c"])
	if len(chain) == 0 {
		return nil, unreadable("its member x5c is not a list of certificates")
	}
	raw, err := anyBase64(chain[0])
	if err != nil {
		return nil, unreadable("its member x5c is not a list of certificates in base64")
	}
	return readDER(raw)
}

func (j *jwk) oct() (*usable, error) {
	secret := j.number("k", maxSecret)
	switch {
	case j.err != nil:
		return nil, j.err
	case len(secret) == 0:
		return nil, errEmptySecret
	}
	return &usable{secret: secret}, nil
}

var errNotAPair = unreadable("its private part does not match its public part")

func (j *jwk) rsa() (*usable, error) {
	n, e := j.integer("n"), j.integer("e")
	switch {
	case j.err != nil:
		return nil, j.err
	case n.Sign() == 0 || e.Sign() == 0 || e.BitLen() > 31:
		return nil, unreadable("its modulus (n) or exponent (e) is invalid")
	}
	public := rsa.PublicKey{N: n, E: int(e.Int64())}
	if !j.has("d") || n.BitLen() > maxModulus {
		return use(&public)
	}
	private := &rsa.PrivateKey{PublicKey: public, D: j.integer("d"), Primes: []*big.Int{j.integer("p"), j.integer("q")}}
	switch {
	case j.err != nil:
		return nil, j.err
	case private.Validate() != nil:
		return nil, errNotAPair
	}
	private.Precompute()
	return use(private)
}

func (j *jwk) ec(curve elliptic.Curve) (*usable, error) {
	name, size := curve.Params().Name, (curve.Params().BitSize+7)/8
	point := slices.Concat([]byte{4}, j.sized("x", size), j.sized("y", size))
	if j.err != nil {
		return nil, j.err
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	switch {
	case err != nil:
		return nil, unreadable("the point (x, y) is not on the curve %s", name)
	case !j.has("d"):
		return use(public)
	}
	private, err := ecdsa.ParseRawPrivateKey(curve, j.sized("d", size))
	switch {
	case j.err != nil:
		return nil, j.err
	case err != nil || !private.PublicKey.Equal(public):
		return nil, errNotAPair
	}
	return use(private)
}

func (j *jwk) ed25519() (*usable, error) {
	public := ed25519.PublicKey(j.sized("x", ed25519.PublicKeySize))
	switch {
	case j.err != nil:
		return nil, j.err
	case !j.has("d"):
		return use(public)
	}
	seed := j.sized("d", ed25519.SeedSize)
	if j.err != nil {
		return nil, j.err
	}
	private := ed25519.NewKeyFromSeed(seed)
	if !public.Equal(private.Public()) {
		return nil, errNotAPair
	}
	return use(private)
}

func (j *jwk) fail(why string, needs ...any) {
	if j.err == nil {
		j.err = unreadable(why, needs...)
	}
}

// number reads a member in base64url, and is lenient with what others write.
func (j *jwk) number(name string, most int) []byte {
	value := j.members[name]
	switch {
	case value == nil:
		j.fail("the JWK has no member %s", name)
	case value.Kind() != '"':
		j.fail("the member %s of the JWK is not a string", name)
	case len(value) > most && j.err == nil:
		j.err = &fault{"key-too-large", []any{"in its member " + name, fmt.Sprintf("%d characters", len(value))}}
	}
	if j.err != nil {
		return nil
	}
	text := j.text(name)
	raw, misspelled := spell(strings.Join(strings.Fields(text), ""))
	if misspelled != nil && (misspelled.code == "base64-alphabet" || misspelled.code == "base64-length") {
		j.fail("the member %s of the JWK is not base64url", name)
	}
	if misspelled != nil || strings.ContainsAny(text, " \t\r\n") {
		j.spelled = append(j.spelled, name)
	}
	return raw
}

func (j *jwk) integer(name string) *big.Int { return new(big.Int).SetBytes(j.number(name, maxMember)) }

// sized reads a number that keeps its leading zeros (RFC 7518 section 6.2.1.2).
func (j *jwk) sized(name string, size int) []byte {
	raw := j.number(name, maxMember)
	if len(raw) != size {
		j.fail("its member %s has %s instead of %d: leading zeros must be kept", name, plural(len(raw), "byte"), size)
	}
	return raw
}

// verifies reports whether a JWK is for checking signatures (RFC 7517 sections 4.2
// and 4.3).
func verifies(o object) bool {
	if purpose := o.text("use"); purpose != "" && purpose != "sig" {
		return false
	}
	operations, ok := texts(o.members["key_ops"])
	if !o.has("key_ops") {
		return true
	}
	return ok && (slices.Contains(operations, "verify") || slices.Contains(operations, "sign"))
}

// purposes are what a JWK says that it is for.
func purposes(o object) string {
	if use := o.text("use"); use != "" && use != "sig" {
		return "use is " + quoted(use)
	}
	operations, _ := texts(o.members["key_ops"])
	return "key_ops are " + orNone(strings.Join(operations, ", "))
}

// listOf reads a list of JSON values.
func listOf(value jsontext.Value) (list []jsontext.Value, ok bool) {
	err := json.Unmarshal(value, &list)
	return list, err == nil && list != nil
}

package jwtinspect

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// lookForRight looks for what a signature is right for that is not right for the token, the
// key and the algorithm as they are. What it finds is said in place of "wrong".
func (i *inspection) lookForRight(alg *algorithm, t signed, keys []*usable) {
	switch k := keys[0]; {
	case i.isDER(alg, t, k):
	case i.hasOtherSalt(alg, t, k):
	case i.isByOtherAlgorithm(alg, t, k):
	case len(keys) == 1 && i.readSecretAnew(alg, t, k):
	default:
		i.lookAtSignatureSize(alg, t)
		i.mend(alg, t, k)
	}
}

// conclude makes a finding the reason of the verdict.
func (i *inspection) conclude(part, code string, needs ...any) bool {
	i.findAt(part, 0, code, needs...)
	i.Signature.Reason = i.firstOf(code).Text
	return true
}

// isDER finds a signature in the form that certificates have (RFC 7518 section 3.4).
func (i *inspection) isDER(alg *algorithm, t signed, k *usable) bool {
	var numbers struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(t.signature, &numbers)
	if err != nil || len(rest) > 0 || !strings.HasPrefix(alg.name, "ES") || numbers.R.Sign() < 0 || numbers.S.Sign() < 0 {
		return false
	}
	half, right := alg.size/2, ""
	if numbers.R.BitLen() <= half*8 && numbers.S.BitLen() <= half*8 {
		both := append(numbers.R.FillBytes(make([]byte, half)), numbers.S.FillBytes(make([]byte, half))...)
		if alg.verifies(k, t.input(), both) {
			right = ", but is otherwise correct"
		}
	}
	return i.conclude(signaturePart, "ecdsa-der", right, alg.size)
}

// hasOtherSalt finds a signature by RSASSA-PSS whose salt is not as long as the hash.
func (i *inspection) hasOtherSalt(alg *algorithm, t signed, k *usable) bool {
	method, isPSS := alg.method.(*jwt.SigningMethodRSAPSS)
	public, isRSA := k.public.(*rsa.PublicKey)
	if !isPSS || !isRSA || !i.affords(k) || pss(method, rsa.PSSSaltLengthAuto).Verify(t.input(), t.signature, public) != nil {
		return false
	}
	return i.conclude(signaturePart, "pss-salt", plural(saltLength(method.Hash, public, t.signature), "byte"), alg.name, method.Hash.Size())
}

// saltLength reads how long the salt of a right signature is: behind zeros and a one (RFC 8017
// section 9.1.2).
func saltLength(hash crypto.Hash, public *rsa.PublicKey, signature []byte) int {
	bits := public.N.BitLen() - 1
	encoded := make([]byte, (bits+7)/8)
	new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(int64(public.E)), public.N).FillBytes(encoded)
	block, seed := encoded[:len(encoded)-hash.Size()-1], encoded[len(encoded)-hash.Size()-1:len(encoded)-1]
	for n := range block {
		if n%hash.Size() == 0 {
			mask := hash.New()
			mask.Write(binary.BigEndian.AppendUint32(slices.Clone(seed), uint32(n/hash.Size())))
			subtle.XORBytes(block[n:], block[n:], mask.Sum(nil))
		}
	}
	block[0] &= 0xff >> (8*len(encoded) - bits)
	return len(block) - bytes.IndexByte(block, 1) - 1
}

// isByOtherAlgorithm finds a signature that another algorithm makes with the same key.
func (i *inspection) isByOtherAlgorithm(alg *algorithm, t signed, k *usable) bool {
	for n := range algorithms {
		other := &algorithms[n]
		if other.family != alg.family || other.method.Alg() == alg.method.Alg() || !slices.Contains((&usable{public: k.public, secret: k.secret}).fits(), other.name) {
			continue
		}
		if other.size > 0 && len(t.signature) != other.size {
			continue
		}
		if i.affords(k) && other.verifies(k, t.input(), t.signature) {
			return i.conclude(headerPart, "alg-other", other.name, alg.name)
		}
	}
	key, ok := k.public.(*ecdsa.PublicKey)
	if !ok || len(t.signature) != alg.size {
		return false
	}
	r, s := new(big.Int).SetBytes(t.signature[:alg.size/2]), new(big.Int).SetBytes(t.signature[alg.size/2:])
	for _, hash := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA1} {
		sum := hash.New()
		sum.Write([]byte(t.input()))
		if i.affords(k) && ecdsa.Verify(key, sum.Sum(nil), r, s) {
			return i.conclude(headerPart, "alg-other", fmt.Sprintf("ECDSA with %s on %s", hash, alg.family), alg.name)
		}
	}
	return false
}

// respellSignature offers the signature as an encoder spells it, if that is one character
// away.
func (i *inspection) respellSignature(t signed) {
	if c, found := oneApart(t.text, base64.RawURLEncoding.EncodeToString(t.signature)); found {
		i.offer(t, c)
	}
}

package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"

	"github.com/golang-jwt/jwt/v5"
)

// hs256 is the signing method HS256 of golang-jwt for a secret that is used again
// and again: it keeps hashes that have read the secret already, which is half of
// the work for one token.
type hs256 struct{}

// secret is what hs256 signs and verifies with.
type secret struct {
	hashes sync.Pool // of *hashing
}

type hashing struct {
	hash.Hash
	text, sum []byte // room to work in
}

func newSecret(raw []byte) *secret {
	return &secret{sync.Pool{New: func() any { return &hashing{Hash: hmac.New(sha256.New, raw)} }}}
}

// over computes the HMAC of a text and hands it to use.
func (s *secret) over(text string, use func(sum []byte)) {
	h := s.hashes.Get().(*hashing)
	defer s.hashes.Put(h)
	h.Reset()
	h.text = append(h.text[:0], text...)
	h.Write(h.text)
	h.sum = h.Sum(h.sum[:0])
	use(h.sum)
}

// Alg is the name of the algorithm (RFC 7518 section 3.1).
func (hs256) Alg() string { return HS256 }

// Sign returns the HMAC of a text.
func (hs256) Sign(text string, key any) (signature []byte, err error) {
	of, ok := key.(*secret)
	if !ok {
		return nil, jwt.ErrInvalidKeyType
	}
	of.over(text, func(sum []byte) { signature = append(signature, sum...) })
	return signature, nil
}

// Verify compares in constant time.
func (hs256) Verify(text string, signature []byte, key any) error {
	of, ok := key.(*secret)
	if !ok {
		return jwt.ErrInvalidKeyType
	}
	equal := false
	of.over(text, func(sum []byte) { equal = hmac.Equal(sum, signature) })
	if !equal {
		return jwt.ErrTokenSignatureInvalid
	}
	return nil
}

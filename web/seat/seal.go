package seat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
)

// Seal encrypts a seat, so that the database can keep it: whoever reads that alone cannot take the seat.
func (s *Seats) Seal(seat Seat) []byte { return s.sealer.Seal(nil, nil, []byte(seat.Value), nil) }

// Unseal is the counterpart of Seal. It reports whether this site sealed it.
func (s *Seats) Unseal(sealed []byte) (Seat, bool) {
	value, err := s.sealer.Open(nil, nil, sealed, nil)
	if err != nil || !s.valid(string(value)) {
		return Seat{}, false
	}
	return Seat{Value: string(value)}, true
}

// newSealer encrypts with a key that is derived from the one of the marks (RFC 5869); it draws a nonce each time.
func newSealer(key []byte) cipher.AEAD {
	derived, err := hkdf.Key(sha256.New, key, nil, "twodoors seats", 32)
	if err != nil {
		panic(err) // only a length that is too large
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		panic(err) // only a length that is none of AES
	}
	sealer, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // only a block that is not of AES
	}
	return sealer
}

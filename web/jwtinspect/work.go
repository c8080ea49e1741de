package jwtinspect

import (
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rsa"
	"math/bits"
	"time"
)

// Roughly how long arithmetic takes on a processor of today.
const (
	hashed1KiB = 2500 * time.Nanosecond
	verifyP256 = 100 * time.Microsecond // Ed25519 too
	verifyP384 = 1 * time.Millisecond
	verifyP521 = 3 * time.Millisecond
	verifyRSA  = 60 * time.Microsecond // with 2048 bits; it grows with their square
	signRSA    = 1 * time.Millisecond  // with 2048 bits; it grows with their cube
)

// maxOthers is how many other algorithms and hashes are tried with a key.
const maxOthers = 5

// Work estimates for how long Inspect takes a processor, before it does. Costly are
// keys by the dozen, numbers by the thousand bits, and the search for what was changed
// when a signature is not right.
func Work(text string, key *Key) time.Duration {
	i := &inspection{key: key, mentioned: map[string]bool{}}
	i.takeApart(text)
	alg, t := i.judgeAlgorithm(), i.signedText()
	if alg == nil {
		return 0
	}
	var work time.Duration
	if alg.family == "secret" && len(t.signature) == alg.size {
		work = hashing(min(maxGuessed, 2*len(commonSecrets())*len(t.input())))
	}
	if key == nil {
		return work
	}
	ring := key.read()
	fitting := ring.fitting(alg)
	switch {
	case len(fitting) == 0:
		return work
	case alg.family == "secret":
		return work + t.searches(alg, fitting)
	}
	one := fitting[0].verifying()
	if alg.verifies(fitting[0], t.input(), t.signature) {
		return work + one // nothing is searched for
	}
	all := (maxOthers + maxTries) * one
	for _, k := range fitting {
		all += k.verifying()
	}
	return work + min(all, maxVerifying)
}

// searches is how long it takes to find that no secret is right.
func (s signed) searches(alg *algorithm, keys []*usable) time.Duration {
	text := []byte(s.input())
	for _, k := range keys {
		if hmac.Equal(alg.mac(k.secret, text), s.signature) {
			return 0
		}
	}
	tried := 0
	for _, part := range []string{s.header, s.payload} {
		if isLegible(part) {
			tried += len(alphabet) * len(part) / 2
		} else {
			tried += 2 * len(alphabet) * len(part)
		}
	}
	return hashing(min(maxHashed, tried*len(text)) + min(maxReread, maxReadings*len(text)) + len(keys)*len(text))
}

func hashing(bytes int) time.Duration { return time.Duration(bytes/1024) * hashed1KiB }

// verifying is how long one signature takes to verify.
func (k *usable) verifying() time.Duration {
	switch key := k.public.(type) {
	case *rsa.PublicKey:
		size := float64(key.N.BitLen()) / 2048
		exponent := max(1, float64(bits.Len(uint(key.E)))*2/17) // of 65537 one bit in seventeen is multiplied
		return time.Duration(float64(verifyRSA) * size * size * exponent)
	case *ecdsa.PublicKey:
		return map[int]time.Duration{384: verifyP384, 521: verifyP521}[key.Curve.Params().BitSize] + verifyP256
	}
	return verifyP256
}

// SignWork estimates for how long Sign takes a processor, and the check of what it made.
func SignWork(draft Draft, key *Key) time.Duration {
	work := hashing(min(maxGuessed, 2*len(commonSecrets())*(len(draft.Header)+len(draft.Payload))*4/3))
	if key == nil {
		return 0
	}
	if ring := key.read(); ring.err == nil && ring.keys[0].private != nil {
		work = ring.keys[0].verifying()
		if private, ok := ring.keys[0].private.(*rsa.PrivateKey); ok {
			size := float64(private.N.BitLen()) / 2048
			work += time.Duration(float64(signRSA) * size * size * size)
		}
	}
	return work
}

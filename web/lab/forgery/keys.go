package forgery

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"sync"

	"github.com/golang-jwt/jwt/v5"

	"twodoors/web/lab/forgery/careless"
)

// attackerKey is a key pair of the attacker, for the algorithm of the site's key.
type attackerKey struct {
	method  jwt.SigningMethod
	private crypto.Signer
}

// attackerKeys are the attacker's, one for an algorithm. Each is made when it is first needed:
// one of RSA takes a processor for a tenth of a second and more.
type attackerKeys struct {
	mu   sync.Mutex
	made map[string]attackerKey
}

func (a *attackerKeys) key(algorithm string) (attackerKey, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k, ok := a.made[algorithm]; ok {
		return k, nil
	}
	k, err := newAttackerKey(algorithm)
	if err != nil {
		return k, err
	}
	if a.made == nil {
		a.made = map[string]attackerKey{}
	}
	a.made[algorithm] = k
	return k, nil
}

func newAttackerKey(algorithm string) (k attackerKey, err error) {
	switch algorithm {
	case "RS256":
		k.method = jwt.SigningMethodRS256
		k.private, err = rsa.GenerateKey(rand.Reader, 2048)
	case "EdDSA":
		k.method = jwt.SigningMethodEdDSA
		_, k.private, err = ed25519.GenerateKey(rand.Reader)
	default:
		k.method = jwt.SigningMethodES256
		k.private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return k, err
}

func (k attackerKey) sign(header, payload []careless.Member) (string, error) {
	text := signingInput(careless.With(header, "alg", k.method.Alg()), payload)
	signature, err := k.method.Sign(text, k.private)
	return text + "." + encoded(signature), err
}

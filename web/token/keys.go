package token

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"

	"twodoors/data"
)

// HS256 is HMAC with SHA-256 (RFC 7518 section 3.2): one secret signs and
// verifies, so whoever can check a token can also make one.
const HS256 = "HS256"

// secretLength is that of an HMAC secret, in bytes: as long as the hash.
const secretLength = 32

// Key signs and verifies, by one algorithm only (RFC 8725 section 3.1). A token
// may name a key; it never chooses what is done with it.
type Key struct {
	ID        string
	Algorithm string

	header string // of the tokens that it signs, encoded
	method jwt.SigningMethod
	secret any // what method signs with
	public any // what method verifies with
}

func (k *Key) sign(text string) ([]byte, error) { return k.method.Sign(text, k.secret) }

func (k *Key) verify(text string, signature []byte) error {
	return k.method.Verify(text, signature, k.public)
}

// Keys are the keys that this server trusts.
type Keys struct {
	current    *Key // signs
	byID       map[string]*Key
	algorithms map[string]bool
	headers    map[string]Header // of the tokens that they sign, by their text
}

// KeyTable is what the keys ask of the database.
type KeyTable interface {
	FirstOf(ctx context.Context, algorithm string, make func() (data.Key, error)) (data.Key, error)
	Living(ctx context.Context) ([]data.Key, error)
}

// LoadKeys reads the keys that are kept in the database, and makes the first one
// of an algorithm when there is none. A key that cannot be used is an error: a
// new one in its place would throw everybody out without a word.
func LoadKeys(ctx context.Context, table KeyTable, algorithm string) (*Keys, error) {
	current, err := table.FirstOf(ctx, algorithm, func() (data.Key, error) { return makeKey(algorithm) })
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	living, err := table.Living(ctx)
	if err != nil {
		return nil, err
	}
	keys := &Keys{byID: map[string]*Key{}, algorithms: map[string]bool{}, headers: map[string]Header{}}
	for _, kept := range living {
		key, err := readKey(kept)
		if err != nil {
			return nil, fmt.Errorf("the signing key %s in the database cannot be used: %w", kept.ID, err)
		}
		keys.byID[key.ID] = key
		keys.algorithms[key.Algorithm] = true
		keys.headers[key.header] = Header{Algorithm: key.Algorithm, Type: Type, KeyID: key.ID}
	}
	keys.current = keys.byID[current.ID]
	return keys, nil
}

// ByID returns the key of that id, nil when it is not one of ours.
func (k *Keys) ByID(id string) *Key { return k.byID[id] }

// Use reports whether a key here is for the algorithm.
func (k *Keys) Use(algorithm string) bool { return k.algorithms[algorithm] }

func makeKey(algorithm string) (data.Key, error) {
	if algorithm != HS256 {
		return data.Key{}, fmt.Errorf("no keys are made for %s", algorithm)
	}
	secret := make([]byte, secretLength)
	rand.Read(secret)
	return data.Key{ID: "k-" + rand.Text()[:8], Algorithm: algorithm, Secret: secret, CreatedAt: time.Now()}, nil
}

func readKey(kept data.Key) (*Key, error) {
	switch {
	case kept.Algorithm != HS256:
		return nil, fmt.Errorf("the algorithm %s is not known", kept.Algorithm)
	case len(kept.Secret) < secretLength:
		return nil, fmt.Errorf("an HMAC secret has at least %d bytes, this one has %d", secretLength, len(kept.Secret))
	case weak(kept.Secret):
		return nil, fmt.Errorf("the secret is not random")
	}
	header, err := json.Marshal(Header{Algorithm: HS256, Type: Type, KeyID: kept.ID})
	return &Key{
		ID: kept.ID, Algorithm: HS256, header: encode(header),
		method: jwt.SigningMethodHS256, secret: kept.Secret, public: kept.Secret,
	}, err
}

// weak reports whether a secret has so few different bytes that nobody drew it
// at random: of 32 random ones, 16 or more differ all but always.
func weak(secret []byte) bool {
	different := map[byte]bool{}
	for _, b := range secret {
		different[b] = true
	}
	return len(different) < 16
}

package token

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"

	"twodoors/data"
)

// Key signs and verifies, by one algorithm only (RFC 8725 section 3.1). A token
// may name a key; it never chooses what is done with it.
type Key struct {
	ID        string
	Algorithm string

	kept    string // where it outlives a request: the database, or a server's memory, by its own word
	header  string // of the tokens that it signs, encoded
	method  jwt.SigningMethod
	private any // what method signs with
	public  any // what method verifies with
}

func (k *Key) sign(text string) ([]byte, error) { return k.method.Sign(text, k.private) }

func (k *Key) verify(text string, signature []byte) error {
	return k.method.Verify(text, signature, k.public)
}

// Keys are the keys that a server trusts at one time. They never change: when a
// key comes or goes, there are other Keys.
type Keys struct {
	current    *Key // signs
	byID       map[string]*Key
	algorithms map[string]bool
	headers    map[string]Header // of the tokens that they sign, by their text
}

func newKeys(current *Key, all []*Key) *Keys {
	keys := &Keys{current: current, byID: map[string]*Key{}, algorithms: map[string]bool{}, headers: map[string]Header{}}
	for _, key := range all {
		keys.byID[key.ID] = key
		keys.algorithms[key.Algorithm] = true
		keys.headers[key.header] = Header{Algorithm: key.Algorithm, Type: Type, KeyID: key.ID}
	}
	return keys
}

// Current is the key that signs.
func (k *Keys) Current() *Key { return k.current }

// ByID returns the key of that id, nil when it is not one of ours.
func (k *Keys) ByID(id string) *Key { return k.byID[id] }

// Lost lists the keys that are trusted here and not in later Keys.
func (k *Keys) Lost(later *Keys) []*Key {
	var lost []*Key
	for id, key := range k.byID {
		if later.byID[id] == nil {
			lost = append(lost, key)
		}
	}
	return lost
}

// Use reports whether a key here is for the algorithm.
func (k *Keys) Use(algorithm string) bool { return k.algorithms[algorithm] }

// KeyID returns the id of a new key. Whoever names it by the same text means the same
// key.
func KeyID(text string) string { return "k-" + text[:8] }

// makeKey makes a new key, as it is kept.
func makeKey(id, name string, now time.Time) (data.Key, error) {
	algorithm, known := algorithms[name]
	if !known {
		return data.Key{}, fmt.Errorf("no keys are made for %s", name)
	}
	kept, err := algorithm.make()
	return data.Key{ID: id, Algorithm: name, Secret: kept, CreatedAt: now}, err
}

// BadKeyError says in one sentence that a key in the database cannot be used, and what
// to do. It does not show the key.
type BadKeyError struct {
	ID string
	error
}

func (e *BadKeyError) Error() string {
	return fmt.Sprintf("the signing key %q in the database cannot be used, because %v: restore the database from a backup, or set retired_at in that row of the table signing_keys so that a new key is created", e.ID, e.error)
}

func readKey(kept data.Key, where string) (*Key, error) {
	algorithm, known := algorithms[kept.Algorithm]
	if !known {
		return nil, fmt.Errorf("the algorithm %q is unknown", kept.Algorithm)
	}
	if kept.ID == "" {
		return nil, errors.New("it has no id")
	}
	private, public, err := algorithm.read(kept.Secret)
	if err != nil {
		return nil, err
	}
	header, err := json.Marshal(Header{Algorithm: kept.Algorithm, Type: Type, KeyID: kept.ID})
	return &Key{
		ID: kept.ID, Algorithm: kept.Algorithm, kept: where, header: encode(header),
		method: algorithm.method, private: private, public: public,
	}, err
}

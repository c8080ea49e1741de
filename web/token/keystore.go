package token

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"twodoors/data"
)

// KeyStore is where a server has its keys from: the database, whose keys all servers
// share, and its own memory.
//
// It is used when a server starts and when a setting changes, by one goroutine;
// requests see the Keys that it returned last.
type KeyStore struct {
	Table  KeyTable
	Memory string // what this server's memory calls itself, as the place of a key
	Now    func() time.Time

	own []*Key // made here, newest first; another start does not have them
}

// KeyTable is what a key store asks of the database.
type KeyTable interface {
	Where() string // what the database calls itself
	FirstOf(ctx context.Context, algorithm string, make func() (data.Key, error)) (data.Key, error)
	Living(ctx context.Context) ([]data.Key, error)
	Propose(ctx context.Context, id string, make func() (data.Key, error)) (data.Key, error)
	Adopt(ctx context.Context, id string, retire bool, now time.Time) error
}

// Signing is how tokens are to be signed.
type Signing struct {
	Algorithm string
	PerServer bool // each server by a key of its own, which no other knows
}

// Load returns the keys that are to be trusted now, and makes the first one of an
// algorithm when there is none. Those that signed before go on verifying. A key
// that cannot be used is an error: a new one in its place would throw everybody
// out without a word.
func (k *KeyStore) Load(ctx context.Context, s Signing) (*Keys, error) {
	if _, err := k.living(ctx); err != nil { // before one is made in the place of one that is damaged
		return nil, err
	}
	if !s.PerServer {
		_, err := k.Table.FirstOf(ctx, s.Algorithm, func() (data.Key, error) { return makeKey(KeyID(rand.Text()), s.Algorithm, k.Now()) })
		if err != nil {
			return nil, fmt.Errorf("signing key: %w", err)
		}
	}
	next, err := k.Prepare(ctx, Change{Signing: s})
	if err != nil {
		return nil, err
	}
	return k.Commit(next), nil
}

// maxShared bounds the keys that live at once: more would make a key set that
// nobody reads.
const maxShared = 50

// ErrTooManyKeys says that the older keys must be retired before there are more.
var ErrTooManyKeys = errors.New("too many active keys")

// Change is what all servers go over to together. It is made in steps: each server
// prepares, one of them writes, and then each commits. Before it is written nothing
// has changed, whoever has prepared.
type Change struct {
	Signing
	NewID  string // of the shared key that is made if one is needed
	Rotate bool   // sign with a new key
	Retire bool   // with a new key: the older ones verify nothing from then on
}

// Prepared is what a server is ready to trust.
type Prepared struct {
	Keys *Keys

	own      []*Key
	proposed string // id of a shared key that verifies nothing before it is written
	retire   bool
}

// Writes reports whether the change has to be written to the database.
func (p *Prepared) Writes() bool { return p.Adoption() != data.Adoption{} }

// Adoption is what has to be written.
func (p *Prepared) Adoption() data.Adoption {
	return data.Adoption{KeyID: p.proposed, Retire: p.retire}
}

// Prepare gets the keys of a change ready. The servers that do so for the same change
// get the same new key.
func (k *KeyStore) Prepare(ctx context.Context, c Change) (*Prepared, error) {
	next := &Prepared{retire: c.Retire}
	var shared []*Key
	if !c.Retire {
		var err error
		if shared, err = k.living(ctx); err != nil {
			return nil, err
		}
		next.own = k.own
	}
	known := shared
	if c.PerServer {
		known = next.own
	}
	current := newest(known, c.Algorithm)
	if current == nil || c.Rotate {
		var err error
		switch {
		case c.PerServer:
			current, err = k.makeOwn(c.Algorithm)
			next.own = append([]*Key{current}, next.own[:min(len(next.own), maxOwn-1)]...)
		case len(shared) >= maxShared:
			err = ErrTooManyKeys
		default:
			current, err = k.propose(ctx, c)
			shared, next.proposed = append(shared, current), c.NewID
		}
		if err != nil {
			return nil, fmt.Errorf("new signing key: %w", err)
		}
	}
	next.Keys = newKeys(current, slices.Concat(next.own, shared))
	return next, nil
}

// Write makes a prepared change the one that counts, in one transaction. One server
// does so; a second one may, when nobody knows whether the first has.
func (k *KeyStore) Write(ctx context.Context, p *Prepared) error {
	return k.Table.Adopt(ctx, p.proposed, p.retire, k.Now())
}

// Commit returns the keys of a prepared change, which are to be trusted from now on.
func (k *KeyStore) Commit(p *Prepared) *Keys {
	k.own = p.own
	return p.Keys
}

// living reads the shared keys, newest first.
func (k *KeyStore) living(ctx context.Context) (shared []*Key, err error) {
	rows, err := k.Table.Living(ctx)
	if err != nil {
		return nil, err
	}
	for _, kept := range rows {
		key, err := readKey(kept, k.Table.Where())
		if err != nil {
			return nil, &BadKeyError{kept.ID, err}
		}
		shared = append(shared, key)
	}
	return shared, nil
}

func (k *KeyStore) propose(ctx context.Context, c Change) (*Key, error) {
	if c.NewID == "" {
		return nil, errors.New("the key that signed is gone from the database")
	}
	kept, err := k.Table.Propose(ctx, c.NewID, func() (data.Key, error) { return makeKey(c.NewID, c.Algorithm, k.Now()) })
	if err != nil {
		return nil, err
	}
	return readKey(kept, k.Table.Where())
}

// newest returns the first key of an algorithm, nil when there is none.
func newest(keys []*Key, algorithm string) *Key {
	for _, key := range keys {
		if key.Algorithm == algorithm {
			return key
		}
	}
	return nil
}

// maxOwn bounds the keys in memory; the oldest goes.
const maxOwn = 20

func (k *KeyStore) makeOwn(algorithm string) (*Key, error) {
	kept, err := makeKey(KeyID(rand.Text()), algorithm, k.Now())
	if err != nil {
		return nil, err
	}
	return readKey(kept, k.Memory)
}

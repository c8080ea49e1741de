package token

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"twodoors/data"
)

// Ring is where a server has its keys from: the database, whose keys all servers
// share, and its own memory.
//
// It is used when a server starts and when a setting changes, by one goroutine;
// requests see the Keys that it returned last.
type Ring struct {
	Table KeyTable
	Now   func() time.Time

	own []*Key // made here, newest first; another start does not have them
}

// KeyTable is what a ring asks of the database.
type KeyTable interface {
	FirstOf(ctx context.Context, algorithm string, make func() (data.Key, error)) (data.Key, error)
	Living(ctx context.Context) ([]data.Key, error)
	Add(ctx context.Context, key data.Key, retire bool) error
	Retire(ctx context.Context, now time.Time) error
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
func (r *Ring) Load(ctx context.Context, s Signing) (*Keys, error) {
	current := r.ownOf(s.Algorithm)
	id := ""
	switch {
	case !s.PerServer:
		first, err := r.Table.FirstOf(ctx, s.Algorithm, func() (data.Key, error) { return makeKey(s.Algorithm, r.Now()) })
		if err != nil {
			return nil, fmt.Errorf("signing key: %w", err)
		}
		id = first.ID
	case current == nil:
		if err := r.makeOwn(s.Algorithm); err != nil {
			return nil, fmt.Errorf("signing key: %w", err)
		}
		current = r.own[0]
	}
	shared, err := r.Table.Living(ctx)
	if err != nil {
		return nil, err
	}
	all := append([]*Key(nil), r.own...)
	for _, kept := range shared {
		key, err := readKey(kept)
		if err != nil {
			return nil, fmt.Errorf("the signing key %s in the database cannot be used: %w", kept.ID, err)
		}
		if key.ID == id {
			current = key
		}
		all = append(all, key)
	}
	if current == nil {
		return nil, fmt.Errorf("signing key: %s is gone from the database", id)
	}
	return newKeys(current, all), nil
}

// maxShared bounds the keys that live at once: more would make a key set that
// nobody reads.
const maxShared = 50

// ErrTooManyKeys says that the older keys must be retired before there are more.
var ErrTooManyKeys = errors.New("too many keys live at once")

// Rotation is the change to a new key.
type Rotation struct {
	Retire bool // the older keys verify nothing from then on
	Lead   bool // this server changes the database; the others read it after
}

// Rotate changes to a new key and returns the keys that are then to be trusted.
func (r *Ring) Rotate(ctx context.Context, s Signing, change Rotation) (*Keys, error) {
	err := r.changeShared(ctx, s, change)
	if change.Retire {
		r.own = nil
	}
	if err == nil && s.PerServer {
		err = r.makeOwn(s.Algorithm)
	}
	if err != nil {
		return nil, fmt.Errorf("rotate keys: %w", err)
	}
	return r.Load(ctx, s)
}

func (r *Ring) changeShared(ctx context.Context, s Signing, change Rotation) error {
	switch {
	case !change.Lead:
		return nil
	case s.PerServer && change.Retire:
		return r.Table.Retire(ctx, r.Now())
	case s.PerServer:
		return nil
	}
	if living, err := r.Table.Living(ctx); err != nil || len(living) >= maxShared && !change.Retire {
		return cmp.Or(err, ErrTooManyKeys)
	}
	key, err := makeKey(s.Algorithm, r.Now())
	if err != nil {
		return err
	}
	return r.Table.Add(ctx, key, change.Retire)
}

func (r *Ring) ownOf(algorithm string) *Key {
	for _, key := range r.own {
		if key.Algorithm == algorithm {
			return key
		}
	}
	return nil
}

// maxOwn bounds the keys in memory; the oldest goes.
const maxOwn = 20

func (r *Ring) makeOwn(algorithm string) error {
	kept, err := makeKey(algorithm, r.Now())
	if err != nil {
		return err
	}
	key, err := readKey(kept)
	if err != nil {
		return err
	}
	key.own = true
	r.own = append([]*Key{key}, r.own[:min(len(r.own), maxOwn-1)]...)
	return nil
}

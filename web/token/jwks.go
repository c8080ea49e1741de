package token

import (
	"cmp"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// Public returns the public keys of all key pairs here, as a JWK Set (RFC 7517
// section 5): whoever has it can verify our tokens without asking us. A secret is
// never in it, so with HS256 alone it is empty.
func (k *Keys) Public() jose.JSONWebKeySet {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, key := range k.byID {
		if key.Algorithm == HS256 {
			continue
		}
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.public, KeyID: key.ID, Algorithm: key.Algorithm, Use: "sig"})
	}
	slices.SortFunc(set.Keys, func(a, b jose.JSONWebKey) int { return cmp.Compare(a.KeyID, b.KeyID) })
	return set
}

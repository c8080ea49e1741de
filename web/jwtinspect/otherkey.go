package jwtinspect

import (
	"fmt"
	"strings"
)

// named are the keys that the token may mean, going by their ids. A key that was given alone
// is meant whatever its id is. A key id only ever picks among what was given.
func (i *inspection) named(fitting []*usable, ring keyring) []*usable {
	kid := i.header.text("kid")
	var named []*usable
	for _, k := range fitting {
		if kid == "" || k.id == "" || k.id == kid {
			named = append(named, k)
		}
	}
	if len(named) == 0 && !ring.isSet && len(fitting) > 0 {
		i.findAt(headerPart, 0, "kid-other", quoted(kid), fitting[0].called())
		return fitting
	}
	return named
}

func (k *usable) called() string { return k.String() + " called " + quoted(k.id) }

// maxNamed is how many keys of a set are named.
const maxNamed = 5

// judgeOtherKey says whether a signature is right for a key that the token does not name.
func (i *inspection) judgeOtherKey(alg *algorithm, t signed, fitting []*usable) {
	kid := quoted(i.header.text("kid"))
	var names []string
	for _, k := range fitting[:min(len(fitting), maxNamed)] {
		names = append(names, quoted(k.id))
	}
	only := strings.Join(names, ", ")
	if len(fitting) > maxNamed {
		only += " and others"
	}
	i.findAt(headerPart, 0, "kid-other", kid, "in a set with only "+only)
	i.tryKeys(alg, t, fitting)
	s := &i.Signature
	if !s.Valid {
		s.Reason = fmt.Sprintf("The token names the key %s, but the set has only %s, for which the signature is invalid. Give a set that contains the key.", kid, only)
		return
	}
	s.Valid = false
	s.Reason = fmt.Sprintf("The token names the key %s, but the set has only %s. The signature is valid for one of these, but verifiers that look keys up by ID reject the token.", kid, only)
}

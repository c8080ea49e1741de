package jwtinspect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jwkMembers are handed to the library. The others, and certificates above all,
// play no part: whoever gives a key here vouches for it.
var jwkMembers = []string{"kty", "crv", "n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y", "k", "kid"}

// maxMember is how long a number of a key may be: 8192 bits in base64url.
const maxMember = 1376

// readJWK reads one key (RFC 7517 section 4). Its sizes are measured before a
// library computes with it.
func readJWK(text jsontext.Value) (*usable, error) {
	o := readObject(text)
	if o.fault != nil {
		return nil, unreadable("the JWK is not one JSON object, or a member stands twice")
	}
	plain := map[string]jsontext.Value{}
	for _, name := range jwkMembers {
		value, there := o.members[name]
		if !there {
			continue
		}
		if len(value) > maxMember && (name != "k" || len(value) > 8192) {
			return nil, &fault{"key-too-large", []any{"in its member " + name, fmt.Sprintf("%d characters", len(value))}}
		}
		plain[name] = value
	}
	if !verifies(o) {
		return nil, &fault{"key-use", []any{orNone(o.text("kid"))}}
	}
	again, err := json.Marshal(plain)
	if err != nil {
		return nil, unreadable("the JWK is not JSON")
	}
	k, err := fromLibrary(again)
	if err != nil {
		return nil, err
	}
	k.id, k.algorithm = o.text("kid"), o.text("alg")
	if k.secret == nil {
		k.text = string(text)
	}
	return k, nil
}

func fromLibrary(text []byte) (*usable, error) {
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(text); err != nil {
		why := strings.TrimPrefix(err.Error(), "go-jose/go-jose: ")
		return nil, unreadable("the JWK is none (" + strings.Trim(quoted(why), `"`) + ")")
	}
	if secret, ok := key.Key.([]byte); ok {
		return readSecret(secret)
	}
	return use(key.Key)
}

// verifies reports whether a JWK is for checking signatures (RFC 7517 sections 4.2
// and 4.3).
func verifies(o object) bool {
	if purpose := o.text("use"); purpose != "" && purpose != "sig" {
		return false
	}
	operations, ok := texts(o.members["key_ops"])
	if !o.has("key_ops") {
		return true
	}
	return ok && (slices.Contains(operations, "verify") || slices.Contains(operations, "sign"))
}

// readJWKS reads a set (RFC 7517 section 5). A key that cannot be used is left out
// and told; a set that nobody should publish is told too.
func readJWKS(text jsontext.Value) (keys []*usable, wrong []*fault, err error) {
	set := readObject(text)
	var listed []jsontext.Value
	if set.fault != nil || json.Unmarshal(set.members["keys"], &listed) != nil || listed == nil {
		return nil, nil, unreadable(`the set is not one JSON object with a list "keys"`)
	}
	if len(listed) > maxKeys {
		return nil, nil, &fault{"key-too-large", []any{"set", fmt.Sprintf("%d keys, at most %d", len(listed), maxKeys)}}
	}
	ids := map[string]bool{}
	secrets := 0
	for _, each := range listed {
		key, err := readJWK(each)
		if bad, ok := err.(*fault); ok {
			if bad.code == "key-unreadable" {
				bad = &fault{"key-unknown", bad.needs}
			}
			wrong = append(wrong, bad)
			continue
		}
		if key.id != "" && ids[key.id] {
			wrong = append(wrong, &fault{"key-doubled", []any{quoted(key.id)}})
		}
		ids[key.id] = true
		if key.secret != nil {
			secrets++
		}
		keys = append(keys, key)
	}
	if secrets > 0 && secrets < len(keys) {
		wrong = append(wrong, &fault{"key-mixed", nil})
	}
	if len(keys) == 0 {
		return nil, wrong, unreadable("no key in the set can be used")
	}
	return keys, wrong, nil
}

package jwtinspect

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// hint is what JSON with keys in it has, and little else.
var hint = expression(`\bkty["']?\s*:|["']keys["']\s*:`)

// readAnyJSON reads the keys of a text that is JSON, or that has a JWK somewhere in it.
func readAnyJSON(text string) keyring {
	begin, end := strings.IndexAny(text, "{["), strings.LastIndexAny(text, "}]")
	hints := hint().MatchString(text)
	switch {
	case begin == 0:
	case begin > 0 && end > begin && hints:
		text = text[begin : end+1]
	default:
		return keyring{err: errNoKey}
	}
	if value := jsontext.Value(text); value.IsValid() {
		return readKeyJSON(value)
	}
	if hints {
		return keyring{err: unreadable("the JSON of the key is broken or cut off. Names and strings need double quotes, and no member can appear twice")}
	}
	return keyring{err: errNoKey}
}

// readKeyJSON reads a JWK, a set of them (RFC 7517 section 5), a list of them, or any JSON with
// keys in it, as identity servers publish it: under their ids, as certificates, in PEM.
func readKeyJSON(value jsontext.Value) keyring {
	if value.Kind() == '"' {
		text, _ := jsontext.AppendUnquote(nil, value)
		return readKeyText(string(text))
	}
	o := readObject(value)
	listed, isList := listOf(value)
	switch keys, hasKeys := listOf(o.members["keys"]); {
	case errors.Is(o.fault, errTooDeep) || o.fault != nil && !isList:
		return keyring{err: unreadable("the JWK is not one JSON object, or a member appears twice")}
	case hasKeys:
		return readSet(keys)
	case o.has("keys"):
		return keyring{err: errNoKey}
	case o.has("kty") || o.has("x5c"):
		return readOne(o)
	case isList && len(listed) > 0 && readObject(listed[0]).has("kty"):
		return readSet(listed)
	}
	ring := keyring{isSet: true}
	ring.search("", value, maxDepth)
	if len(ring.keys)+len(ring.wrong) == 0 {
		return keyring{err: errNoKey}
	}
	return ring.finish("")
}

func readOne(o object) keyring {
	key, notes, err := readJWK(o)
	if err != nil {
		return keyring{err: err}
	}
	return keyring{keys: []*usable{key}, wrong: notes}
}

// readSet reads a set. A key that cannot be used is left out and told; a set that nobody should
// publish is told too.
func readSet(listed []jsontext.Value) keyring {
	switch {
	case len(listed) == 0:
		return keyring{isSet: true, wrong: []*fault{{"key-empty-set", nil}}, err: unreadable("the key set is empty; HS256 has no public key. Give the secret, or have the site sign with another algorithm")}
	case len(listed) > maxKeys:
		return keyring{err: &fault{"key-too-large", []any{"set", fmt.Sprintf("%d keys, limit %d", len(listed), maxKeys)}}}
	}
	ring := keyring{isSet: true}
	for _, each := range listed {
		key, notes, err := readJWK(readObject(each))
		ring.wrong = append(ring.wrong, notes...)
		if bad, ok := errors.AsType[*fault](err); ok {
			if bad.code == "key-unreadable" {
				bad = &fault{"key-unknown", bad.needs}
			}
			ring.wrong = append(ring.wrong, bad)
			continue
		}
		ring.keys = append(ring.keys, key)
	}
	ring.lookAtSet()
	if len(ring.keys) == 0 {
		ring.err = unreadable("no key in the set can be used")
		if len(listed) == 1 {
			ring.err = unreadable("%s", lowerFirst(strings.TrimSuffix(ring.wrong[0].Error(), ".")))
		}
	}
	return ring
}

// lookAtSet finds ids that stand twice, and secrets among public keys.
func (ring *keyring) lookAtSet() {
	ids := map[string]bool{}
	secrets := 0
	for _, key := range ring.keys {
		if key.id != "" && ids[key.id] {
			ring.wrong = append(ring.wrong, &fault{"key-doubled", []any{quoted(key.id)}})
		}
		ids[key.id] = true
		if key.secret != nil {
			secrets++
		}
	}
	if secrets > 0 && secrets < len(ring.keys) {
		ring.wrong = append(ring.wrong, &fault{"key-mixed", nil})
	}
}

// maxSearched bounds how many values of a JSON text are looked at for keys.
const maxSearched = 1000

// search goes through JSON for keys. The name of the member that holds a certificate or a PEM
// is its id, if it is none of the words that say what it holds.
func (ring *keyring) search(name string, value jsontext.Value, depth int) {
	if ring.searched++; depth == 0 || ring.searched > maxSearched {
		return
	}
	switch value.Kind() {
	case '{':
		ring.searchObject(readObject(value), depth)
	case '[':
		list, _ := listOf(value)
		for _, each := range list {
			ring.search(name, each, depth-1)
		}
	case '"':
		text := object{members: map[string]jsontext.Value{"": value}}.text("")
		found := readPEM(text)
		if errors.Is(found.err, errNoKey) {
			found = readBareDER(text)
		}
		for _, key := range found.keys {
			if !describes(name) {
				key.id = name
			}
			key.text = text
			ring.add(key, nil)
		}
		if bad, ok := errors.AsType[*fault](found.err); ok {
			ring.wrong = append(ring.wrong, bad)
		}
	}
}

func (ring *keyring) searchObject(o object, depth int) {
	if o.has("kty") {
		key, notes, err := readJWK(o)
		ring.wrong = append(ring.wrong, notes...)
		ring.add(key, err)
		return
	}
	if keys, ok := listOf(o.members["keys"]); ok && len(keys) == 0 {
		ring.wrong = append(ring.wrong, &fault{"key-empty-set", nil})
	}
	for _, name := range o.names {
		ring.search(name, o.members[name], depth-1)
	}
}

// describing are words that say what a member holds, and not which key it is.
var describing = expression(`^(?i)(?:public|private|rsa|ec|signing|verification|realm|jwt|x509|x5c|pem|der|spki|key|cert|certificate|certificates|value|content|data|s|[_-])*$`)

func describes(name string) bool { return describing().MatchString(name) }

package jwtinspect

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Mend is the one character that makes a token the one that was signed.
type Mend struct {
	Part      string `json:"part"`
	Position  int    `json:"position"` // of the character in the part, from 1
	Change    string `json:"change"`   // remove, replace, insert
	Character string `json:"character"`
	Token     string `json:"token"` // for which the signature is right
}

// The kinds of change.
const (
	remove  = "remove"
	replace = "replace"
	insert  = "insert"
)

type change struct {
	part string
	at   int // character, from 1
	kind string
	with byte // replaces, or is inserted before
}

// maxTries bounds the search with a public key.
const maxTries = 4

// mend looks for one character that was changed, added or lost after signing: the
// token for which the signature is right must be one character away.
func (i *inspection) mend(alg *algorithm, t signed, k *usable) {
	if len(i.Parts) != len(jwsParts) || strings.ContainsFunc(t.input()+t.text, notASCII) {
		return
	}
	if k.secret == nil {
		i.mendEnds(alg, k, t)
		return
	}
	if c, found := mendSignature(alg, k, t); found {
		i.propose(t, c)
		return
	}
	if len(t.signature) != alg.size || t.header == "" {
		return
	}
	if c, found := t.search(alg, k); found {
		i.propose(t, c)
	}
}

// at is where a character of a part stands in what is signed, from 0.
func (t signed) at(part string, character int) int {
	if part == payloadPart {
		return len(t.header) + character
	}
	return character - 1
}

// mendEnds tries what is cheap with a public key: a last character too many.
func (i *inspection) mendEnds(alg *algorithm, k *usable, t signed) {
	tries := 0
	for _, part := range []string{payloadPart, signaturePart, headerPart} {
		if len(t.of(part)) == 0 || tries == maxTries {
			continue
		}
		tries++
		c := change{part: part, at: len(t.of(part)), kind: remove}
		changed := t.with(c)
		signature, fault := spell(changed.text)
		if fault == nil && i.affords(k) && alg.verifies(k, changed.input(), signature) {
			i.propose(t, c)
			return
		}
	}
}

// mendSignature compares the signature with the right one, which a secret tells.
func mendSignature(alg *algorithm, k *usable, t signed) (change, bool) {
	return oneApart(t.text, base64.RawURLEncoding.EncodeToString(alg.mac(k.secret, []byte(t.input()))))
}

// oneApart finds the one change that makes a signature the right one.
func oneApart(text, right string) (change, bool) {
	same := 0
	for same < len(text) && same < len(right) && text[same] == right[same] {
		same++
	}
	c := change{part: signaturePart, at: same + 1}
	switch {
	case len(text) == len(right) && same < len(text) && text[same+1:] == right[same+1:]:
		c.kind, c.with = replace, right[same]
	case len(text) == len(right)+1 && text[same+1:] == right[same:]:
		c.kind = remove
	case len(text) == len(right)-1 && text[same:] == right[same+1:]:
		c.kind, c.with = insert, right[same]
	default:
		return change{}, false
	}
	return c, true
}

func (t signed) of(part string) string {
	return map[string]string{headerPart: t.header, payloadPart: t.payload, signaturePart: t.text}[part]
}

// with applies a change.
func (t signed) with(c change) signed {
	target := map[string]*string{headerPart: &t.header, payloadPart: &t.payload, signaturePart: &t.text}[c.part]
	text := *target
	switch c.kind {
	case remove:
		*target = text[:c.at-1] + text[c.at:]
	case replace:
		*target = text[:c.at-1] + string(c.with) + text[c.at:]
	case insert:
		*target = text[:c.at-1] + string(c.with) + text[c.at-1:]
	}
	return t
}

// propose tells the change, with the token that comes of it.
func (i *inspection) propose(t signed, c change) {
	said, isNew := i.offer(t, c)
	if isNew {
		i.findAt(c.part, c.at, "signature-other", said)
	}
	if i.Signature.Checked {
		i.Signature.Reason = "It is invalid for this token, but valid for one that differs by one character: " + said + "."
	}
}

// offer keeps the change for who wants it made, and says it in words.
func (i *inspection) offer(t signed, c change) (said string, isNew bool) {
	mended := t.with(c)
	text := t.of(c.part)
	m := &Mend{Part: c.part, Position: c.at, Change: c.kind, Character: string(c.with), Token: mended.input() + "." + mended.text}
	switch c.kind {
	case remove:
		m.Character = text[c.at-1 : c.at]
		said = fmt.Sprintf("character %d of the %s, %s, is one too many", c.at, c.part, quoted(m.Character))
	case replace:
		said = fmt.Sprintf("character %d of the %s is %s and was %s", c.at, c.part, quoted(text[c.at-1:c.at]), quoted(m.Character))
	case insert:
		said = fmt.Sprintf("before character %d of the %s, %s is missing", c.at, c.part, quoted(m.Character))
	}
	isNew = i.Mend == nil || *i.Mend != *m
	i.Mend = m
	return said, isNew
}

func notASCII(r rune) bool { return r > '~' }

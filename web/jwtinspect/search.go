package jwtinspect

import (
	"crypto/hmac"
	"hash"
)

// maxHashed bounds the search with a secret, in bytes to hash.
const maxHashed = 8 << 20

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// search is for the one change after which a secret's signature is right.
func (t signed) search(alg *algorithm, k *usable) (change, bool) {
	s := &searching{signed: t, text: t.input(), mac: alg.newMAC(k.secret), left: maxHashed}
	for _, kind := range []string{remove, replace, insert} {
		for _, part := range []string{payloadPart, headerPart} {
			if c, found := s.part(part, kind); found {
				return c, true
			}
		}
	}
	return change{}, false
}

// searching is a search under way.
type searching struct {
	signed
	text      string // that the signature is of, as it stands
	mac       hash.Hash
	left      int    // bytes that may still be hashed
	room, sum []byte // to work in
}

// part tries a kind of change at every character of a part, from the end, where copying
// goes wrong most. What was signed is JSON that can be read. A part that still is has lost
// and gained no character, as either would garble all behind it, and of its characters
// only those come into question that leave it so.
func (s *searching) part(part, kind string) (change, bool) {
	text := s.of(part)
	legible := isLegible(text)
	if legible && kind != replace {
		return change{}, false
	}
	with, last := alphabet, len(text)
	switch kind {
	case remove:
		with = "."
	case insert:
		last++
	}
	for at := last; at >= 1; at-- {
		for n := range len(with) {
			c := change{part, at, kind, with[n]}
			if legible && !staysLegible(text, at, with[n]) {
				continue
			}
			if s.left -= len(s.text); s.left < 0 {
				return change{}, false
			}
			if s.isRight(c) {
				return c, true
			}
		}
	}
	return change{}, false
}

// isRight reports whether the signature is right after a change.
func (s *searching) isRight(c change) bool {
	at := s.at(c.part, c.at)
	s.room = append(s.room[:0], s.text[:at]...)
	if c.kind != remove {
		s.room = append(s.room, c.with)
	}
	if c.kind != insert {
		at++
	}
	s.room = append(s.room, s.text[at:]...)
	s.mac.Reset()
	s.mac.Write(s.room)
	s.sum = s.mac.Sum(s.sum[:0])
	return hmac.Equal(s.sum, s.signature)
}

// isLegible reports whether a part decodes to an object in ASCII.
func isLegible(part string) bool {
	raw, err := base64url.DecodeString(part)
	return err == nil && areLegible(raw) && readObject(raw).fault == nil
}

func areLegible(raw []byte) bool {
	for _, b := range raw {
		if b > '~' || b < ' ' && b != '\n' && b != '\r' && b != '\t' {
			return false
		}
	}
	return true
}

// staysLegible reports whether the bytes to which a character of a part contributes are
// legible when another is in its place.
func staysLegible(part string, at int, with byte) bool {
	begin := (at - 1) / 4 * 4
	var group [4]byte
	n := copy(group[:], part[begin:])
	group[at-1-begin] = with
	var raw [3]byte
	n, err := base64url.Decode(raw[:], group[:n])
	return err == nil && areLegible(raw[:n])
}

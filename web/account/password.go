package account

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// cost is what OWASP's Password Storage Cheat Sheet asks of argon2id at least:
// 19 MiB, two passes, one lane. It is kept with each hash, so raising it here
// leaves the old hashes valid.
var cost = &argon2id.Params{Memory: hashMemory >> 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashMemory is what a hash takes, in bytes.
const hashMemory = 19 << 20

// hasher hashes passwords. Each hash takes a processor for some 20 milliseconds, and memory: how
// many requests come here at once is bounded in front (web/turns).
type hasher struct {
	makeRoom func(bytes int64) (done func())
}

// boundless makes room where there is enough.
func boundless(int64) (done func()) { return func() {} }

// Bounds of a password, in characters of any script (ASVS 5.0 V6.2). Nothing is
// cut off: a longer one is refused.
const (
	minPassword = 8
	maxPassword = 128
)

// nobodysHash is what the password of an unknown name is compared with: a hash that no password
// has, and that takes the same work.
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// matches compares a password with a hash, or with nobody's.
func (h hasher) matches(password, hash string, known bool) (bool, error) {
	defer h.makeRoom(hashMemory)()
	if !known {
		hash = nobodysHash
	}
	return argon2id.ComparePasswordAndHash(password, hash)
}

// hash hashes a new password.
func (h hasher) hash(password string) (string, error) {
	defer h.makeRoom(hashMemory)()
	return argon2id.CreateHash(password, cost)
}

//go:embed common.txt
var commonPasswords string

// weakness says in one sentence what is wrong with a new password, or nothing.
func weakness(password, username string) string {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return "The password is not valid UTF-8. Type it again."
	case n < minPassword:
		return "The password is shorter than 8 characters. Choose a longer one."
	case n > maxPassword:
		return "The password is longer than 128 characters. Choose a shorter one."
	}
	lower := strings.ToLower(password)
	if lower == fold(username) {
		return "The password is the same as the username. Choose another one."
	}
	for common := range strings.Lines(commonPasswords) {
		if lower == strings.TrimSpace(common) {
			return "This password is one of the most common. Choose another one."
		}
	}
	return ""
}

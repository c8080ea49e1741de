package account

import (
	"context"
	_ "embed"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"twodoors/web/turns"
)

// cost is what OWASP's Password Storage Cheat Sheet asks of argon2id at least:
// 19 MiB, two passes, one lane. It is kept with each hash, so raising it here
// leaves the old hashes valid.
var cost = &argon2id.Params{Memory: hashMemory >> 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashMemory is what a hash takes, in bytes.
const hashMemory = 19 << 20

// boundless makes room where there is enough.
func boundless(int64) (done func()) { return func() {} }

// Bounds of a password, in characters of any script (ASVS 5.0 V6.2). Nothing is
// cut off: a longer one is refused.
const (
	minPassword = 8
	maxPassword = 128
)

// waiting is how many requests wait for a turn at hashing: of one seat as many as
// perPerson lets through.
var waiting = turns.Most{Seat: 10, Address: 64, All: 96}

// maxWait is less than a front waits before it takes a server for one that hangs. Only
// where hashing takes far longer than it should does anybody wait that long.
const maxWait = 8 * time.Second

// hashing bounds how many hashes run at once: each takes 19 MiB and a processor
// for some 20 milliseconds.
type hashing struct {
	queue    turns.Queue
	makeRoom func(bytes int64) (done func())
	nobody   string // what the password of an unknown name is compared with
}

func newHashing(makeRoom func(int64) func()) *hashing {
	return &hashing{
		queue:    turns.Queue{AtOnce: turns.Processors(), Most: waiting, MaxWait: maxWait},
		makeRoom: makeRoom,
		nobody:   "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	}
}

// matches compares a password with a hash, when it is its turn. For an unknown name it
// does the same work on a hash that no password has.
func (h *hashing) matches(ctx context.Context, path turns.Path, password, hash string, known bool) (bool, error) {
	done, err := h.queue.Turn(ctx, path)
	if err != nil {
		return false, err
	}
	defer done()
	defer h.makeRoom(hashMemory)()
	if !known {
		hash = h.nobody
	}
	return argon2id.ComparePasswordAndHash(password, hash)
}

func (h *hashing) hash(ctx context.Context, path turns.Path, password string) (string, error) {
	done, err := h.queue.Turn(ctx, path)
	if err != nil {
		return "", err
	}
	defer done()
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
		return "The password is the username. Choose another one."
	}
	for common := range strings.Lines(commonPasswords) {
		if lower == strings.TrimSpace(common) {
			return "The password is among the most common ones. Choose another one."
		}
	}
	return ""
}

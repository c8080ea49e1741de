package account

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/alexedwards/argon2id"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/trace"
)

// notHashed refuses a request whose password was not hashed, and tells the causes apart.
func notHashed(step trace.Running, err error) *door.Refusal {
	if errors.Is(err, errUnreadable) {
		step.Refuse(trace.HashUnreadable)
		return &door.Refusal{Status: http.StatusInternalServerError, Kind: door.Unavailable, Cause: err,
			Detail: "The password of this account cannot be verified because the stored hash is damaged. " +
				"Trying again will not help: use another account, or tell the person who runs this site to read the log."}
	}
	step.Refuse(trace.HashingFailed)
	return &door.Refusal{Status: http.StatusInternalServerError, Kind: door.Unavailable, Cause: fmt.Errorf("hash a password: %w", err),
		Detail: "The password cannot be hashed. Tell the person who runs this site: the log says why."}
}

var errUnreadable = errors.New("the stored password hash cannot be read")

// maxMemory and maxPasses are more than any hash of ours asks for; argon2 takes whatever a
// hash says.
const (
	maxMemory = 1 << 20 // KiB
	maxPasses = 100
)

// compare compares a password with the hash that is stored for an account, if there is one.
func (h hasher) compare(user data.User, hash string, known bool, password string) (bool, error) {
	if known {
		if err := expectReadable(user, hash); err != nil {
			return false, err
		}
	}
	return h.matches(password, hash, known)
}

// expectReadable reports what is wrong with a stored hash. argon2 itself panics at parameters that it cannot have.
func expectReadable(user data.User, hash string) error {
	asked, salt, key, err := argon2id.DecodeHash(hash)
	possible := func() bool {
		return asked.Iterations >= 1 && asked.Iterations <= maxPasses && asked.Parallelism >= 1 && asked.Memory <= maxMemory &&
			len(salt) >= 8 && len(key) >= 16
	}
	if err == nil && !possible() {
		err = errors.New("parameters out of range")
	}
	if err != nil {
		return fmt.Errorf("%w: account %d, %s: %w", errUnreadable, user.ID, user.Username, err)
	}
	return nil
}

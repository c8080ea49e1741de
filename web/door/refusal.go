package door

import (
	"cmp"
	"net/http"
	"time"

	"twodoors/data"
)

// Kind says for machines why somebody was refused.
type Kind string

// Why somebody is refused. The token door tells a client in the words of RFC
// 6750 section 3.1, which it takes from here.
const (
	NoCredential  Kind = "no-credential"  // nothing was presented
	BadCredential Kind = "bad-credential" // it opens nothing, or not any more
	Malformed     Kind = "malformed"      // the request itself is wrong
	WrongRole     Kind = "wrong-role"     // known, but not allowed
	Foreign       Kind = "foreign"        // another site sent it
	TooMany       Kind = "too-many"       // attempts; come back after RetryAfter
	Unavailable   Kind = "unavailable"    // what was needed to decide does not work
)

// Refusal is why a door stays shut, as the visitor is told it.
type Refusal struct {
	Status     int    // of the HTTP answer
	Kind       Kind   // for machines
	Detail     string // one sentence that says what to do; never any part of a credential
	RetryAfter time.Duration
	Cause      error // for the log, nil when the visitor is the cause
}

func (r *Refusal) Error() string { return r.Detail }

func (r *Refusal) Unwrap() error { return r.Cause }

// ErrChanged refuses a login whose account changed after its password was checked:
// another password or role, all its sessions ended, or disabled. What the password was
// checked for must not outlive the change, so nothing is issued.
var ErrChanged = &Refusal{Status: http.StatusUnauthorized, Kind: BadCredential,
	Detail: "This account changed while you were logging in. Log in again."}

// Failure is a refusal because something that was needed to decide does not
// work. It never lets anybody in, and it does not say "please log in" either:
// the credential may be good. When the cause lies in the database, its own advice takes
// the place of trying again.
func Failure(detail string, cause error) *Refusal {
	return FailureWith(detail, cmp.Or(data.KindOf(cause).Sentence(), "Try again in a moment."), cause)
}

// FailureWith is Failure with advice that the caller knows better.
func FailureWith(detail, advice string, cause error) *Refusal {
	return &Refusal{Status: http.StatusServiceUnavailable, Kind: Unavailable, Detail: detail + " " + advice, RetryAfter: time.Second, Cause: cause}
}

package room

import (
	"fmt"
	"strings"
	"time"
)

// Refusal is why a room does not do what somebody asked of it. Others of its errors are
// for the log.
type Refusal struct {
	Kind    RefusalKind
	Detail  string        // a sentence for people, which says what to do
	After   time.Duration // when it is worth trying again, 0 when nobody can tell
	Setting string        // that cannot be so, as the API names it; empty when it is about none
}

// RefusalKind is what kind of thing stands in the way.
type RefusalKind int

// The kinds.
const (
	Invalid     RefusalKind = iota + 1 // it can never be so
	NotFound                           // it names something that is not there
	Conflict                           // something else has to be changed first
	Unavailable                        // it may work later
)

func (r *Refusal) Error() string { return r.Detail }

var (
	errLast         = &Refusal{Kind: Conflict, Detail: "This is the last server. Add another one first."}
	errNoSuchServer = &Refusal{Kind: NotFound, Detail: "There is no server with that number. Choose one of the existing servers."}
	errNoRedis      = &Refusal{Kind: Conflict, Detail: "There is no Redis. Choose the store redis first."}
	errOutside      = &Refusal{Kind: Conflict, Detail: "Two Doors did not start this Redis, so it cannot stop it."}
	errNoStart      = &Refusal{Kind: Unavailable, After: maxPause, Detail: "Redis does not start. The log says why; try again in a moment."}
)

// tooMany refuses a server more than a room may have.
func tooMany(most int) *Refusal {
	return &Refusal{Kind: Conflict, Detail: fmt.Sprintf("This room already has all the servers that it can have, %d. Remove one first.", most)}
}

// unchanged says that a change could not be made now, and why.
func unchanged(why string) *Refusal {
	return &Refusal{Kind: Unavailable, After: time.Second, Detail: "Nothing was changed: " + strings.TrimRight(why, ".") + "."}
}

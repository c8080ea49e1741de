package session

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/alexedwards/scs/v2"

	"twodoors/data"
)

// Store is where sessions are kept. It is given the hash of an id, never the id.
//
// CommitCtx adds a session when its context comes from forNew; otherwise it
// changes one that is there, and answers errDestroyed when it is not. scs does
// not ask: with its own stores, a slow request that outlives a logout brings the
// session back. A store that is in one database with the accounts adds a session only
// for an account that is unchanged, and else answers data.ErrChanged.
type Store interface {
	scs.CtxStore
	Where() string                   // in words, as "memory of server 1"
	Len() int                        // how many are kept in this process's memory
	Ready(ctx context.Context) error // nil when sessions can be found and kept
}

var (
	errDestroyed   = errors.New("the session is not there any more")
	errFull        = errors.New("the store is full")
	errUndecodable = errors.New("the stored session cannot be decoded")
)

type newKey struct{}

func forNew(ctx context.Context, user data.User) context.Context {
	return context.WithValue(ctx, newKey{}, user)
}

// isNew reports whether the session of ctx is to be added, and for whom, as the login
// read the account.
func isNew(ctx context.Context) (user data.User, yes bool) {
	user, yes = ctx.Value(newKey{}).(data.User)
	return user, yes
}

// codec writes a session as 41 bytes. scs's own, gob, takes thirty times as long
// to read one, which is most of a request.
type codec struct{}

const (
	codecVersion = 1
	codecLength  = 1 + 5*8
)

func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	m, ok := values[memoryKey].(memory)
	if !ok {
		return nil, errors.New("a session without a memory")
	}
	b := make([]byte, 0, codecLength)
	b = append(b, codecVersion)
	for _, n := range []int64{deadline.UnixNano(), m.UserID, m.Generation, m.Login.UnixNano(), m.Seen.UnixNano()} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return b, nil
}

func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	if len(b) != codecLength || b[0] != codecVersion {
		return time.Time{}, nil, errUndecodable
	}
	number := func(i int) int64 { return int64(binary.BigEndian.Uint64(b[1+8*i:])) }
	return time.Unix(0, number(0)), map[string]any{memoryKey: memory{
		UserID: number(1), Generation: number(2), Login: time.Unix(0, number(3)), Seen: time.Unix(0, number(4)),
	}}, nil
}

// contextOnly makes a store that takes contexts fit scs.Store, whose methods
// without them are never called.
type contextOnly struct{}

var errNoContext = errors.New("called without a context")

func (contextOnly) Find(string) ([]byte, bool, error)      { return nil, false, errNoContext }
func (contextOnly) Commit(string, []byte, time.Time) error { return errNoContext }
func (contextOnly) Delete(string) error                    { return errNoContext }

package session

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"github.com/alexedwards/scs/v2"

	"twodoors/data"
)

// newManager returns scs on a store. What scs does here, and what we do ourselves, is
// told in docs/adr/0001-scs.md.
func newManager(store Store) *scs.SessionManager {
	manager := scs.New()
	manager.Store = scsStore{store, store.Update}
	manager.Codec = codec{}
	manager.HashTokenInStore = true
	// Its idle timeout would write on every request. checkAge and saveSeen do it instead.
	manager.IdleTimeout = 0
	return manager
}

// forLogin returns the same manager for one login: the session that it commits is a new
// one, of the account as the login read it.
func (d *Door) forLogin(user data.User) *scs.SessionManager {
	manager := *d.sessions
	manager.Store = scsStore{d.Store, func(ctx context.Context, idHash string, session []byte, end time.Time) error {
		return d.Store.Insert(ctx, idHash, user, session, end)
	}}
	return &manager
}

// scsStore is a Store as scs asks for one. scs has one Commit for new sessions and for
// those that are there; which of them it means here is decided when an scsStore is made.
type scsStore struct {
	store  Store
	commit func(ctx context.Context, idHash string, session []byte, end time.Time) error
}

func (s scsStore) FindCtx(ctx context.Context, idHash string) (session []byte, found bool, err error) {
	session, err = s.store.Find(ctx, idHash)
	if errors.Is(err, data.ErrNotFound) {
		return nil, false, nil
	}
	return session, err == nil, err
}

func (s scsStore) CommitCtx(ctx context.Context, idHash string, session []byte, end time.Time) error {
	return s.commit(ctx, idHash, session, end)
}

func (s scsStore) DeleteCtx(ctx context.Context, idHash string) error {
	return s.store.Delete(ctx, idHash)
}

// scs.Store consists of the same without a context. scs prefers those above.

func (s scsStore) Find(idHash string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), idHash)
}

func (s scsStore) Commit(idHash string, session []byte, end time.Time) error {
	return s.CommitCtx(context.Background(), idHash, session, end)
}

func (s scsStore) Delete(idHash string) error {
	return s.DeleteCtx(context.Background(), idHash)
}

// hashed is an id as scs gives it to a store.
func hashed(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// codec writes a session as 41 bytes. scs's own, gob, takes thirty times as long
// to read one, which is most of a request.
type codec struct{}

const (
	codecVersion = 1
	codecLength  = 1 + 5*8
)

var errUndecodable = errors.New("the stored session cannot be decoded")

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

package postgres

import (
	"context"
	"errors"
	"net"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"

	"twodoors/data"
)

// breaker spares everybody the wait for a PostgreSQL that has stopped to answer, as one on a machine that hangs: after
// one has waited in vain, one at a time tries, and the others are told at once.
type breaker struct{ open, trying atomic.Bool }

var errStalled = &data.Fault{Kind: data.Away, Err: errors.New("it has stopped to answer, and somebody else tries")}

// do runs something that asks PostgreSQL.
func (b *breaker) do(ask func() error) error {
	tries := b.open.Load()
	if tries && !b.trying.CompareAndSwap(false, true) {
		return errStalled
	}
	err := ask()
	switch {
	case hasTimedOut(err):
		b.open.Store(true)
	case tries && !errors.Is(err, errBusy): // which tells nothing: PostgreSQL was not asked
		b.open.Store(false)
	}
	if tries {
		b.trying.Store(false)
	}
	return err
}

func hasTimedOut(err error) bool {
	network, ok := errors.AsType[net.Error](err)
	return ok && network.Timeout() || errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err)
}

package session

import (
	"context"
	"errors"
	"time"

	"twodoors/data"
)

// Store keeps sessions: bytes with an end, by the hash of a session's id. It never gets
// the id, so who reads a store can open no session.
//
// data.ErrNotFound says that a session is not there: it was never inserted, it was deleted,
// or its end has come. What every store promises is tested in store_test.go.
type Store interface {
	// Find returns a session.
	Find(ctx context.Context, idHash string) (session []byte, err error)

	// Insert adds a session of an account as the login read it. A store that is in one
	// database with the accounts answers data.ErrChanged when the account has changed since.
	Insert(ctx context.Context, idHash string, user data.User, session []byte, end time.Time) error

	// Update changes a session that is there. It never adds one: a request that outlives
	// a logout would bring the session back.
	Update(ctx context.Context, idHash string, session []byte, end time.Time) error

	// Delete removes a session, if it is there.
	Delete(ctx context.Context, idHash string) error

	Where() string                   // in words, as "memory of server 1"
	Len() int                        // how many are kept in this process's memory
	Ready(ctx context.Context) error // nil when sessions can be found and kept
}

// Led is a Store that keeps its sessions with a leader, which another can replace. What the
// former one acknowledged, and had not replicated, is lost.
type Led interface {
	// LeaderChanged reports how long ago this process came to another leader.
	LeaderChanged() (ago time.Duration, ever bool)
}

var (
	errFull  = errors.New("the store is full")
	errTaken = errors.New("a session with this id already exists")
)

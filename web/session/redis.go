package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// How long Redis may take. One that is gone answers at once; one that hangs is
// given up before a visitor has waited for a second.
const (
	redisTimeout  = 300 * time.Millisecond // for each attempt
	redisAttempts = 2
	redisPatience = 700 * time.Millisecond // for all attempts, and the wait for a connection before each
)

// redisPrefix stands before each key.
const redisPrefix = "twodoors:session:"

// redisStore keeps sessions in Redis: all servers know them, and they outlive
// every server. Without it nobody is known.
type redisStore struct {
	contextOnly
	client *redis.Client
	now    func() time.Time
}

// NewRedisStore returns the store in the Redis at a URL, as
// redis://:password@localhost:6379/0. It connects when it is needed.
func NewRedisStore(url string, now func() time.Time) (Store, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("the URL of Redis must be as redis://localhost:6379") // it may hold a password
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = redisTimeout, redisTimeout, redisTimeout, redisTimeout
	options.ContextTimeoutEnabled = true
	options.MaxRetries = redisAttempts - 1
	options.DialerRetries = 1
	return &redisStore{client: redis.NewClient(options), now: now}, nil
}

func (s *redisStore) Where() string { return "Redis" }

func (s *redisStore) Len() int { return 0 }

func (s *redisStore) FindCtx(ctx context.Context, idHash string) ([]byte, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	kept, err := s.client.Get(ctx, redisPrefix+idHash).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	return kept, err == nil, err
}

// CommitCtx sets what is there, or adds what is new (SET with XX or NX). A session
// without an end in front of it is not kept at all: Redis would keep it for ever.
func (s *redisStore) CommitCtx(ctx context.Context, idHash string, kept []byte, end time.Time) error {
	left := end.Sub(s.now())
	if left < time.Millisecond {
		return fmt.Errorf("the session ended %s ago", -left)
	}
	arguments := redis.SetArgs{Mode: "XX", TTL: left}
	if _, add := isNew(ctx); add {
		arguments.Mode = "NX"
	}
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	err := s.client.SetArgs(ctx, redisPrefix+idHash, kept, arguments).Err()
	if errors.Is(err, redis.Nil) {
		return errDestroyed
	}
	return err
}

func (s *redisStore) DeleteCtx(ctx context.Context, idHash string) error {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	return s.client.Del(ctx, redisPrefix+idHash).Err()
}

// Close ends the connections.
func (s *redisStore) Close() error { return s.client.Close() }

package session

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/data"
	"twodoors/web/redisio"
)

// How long Redis may take. One that is gone answers at once; one that hangs is
// given up before a visitor has waited for a second.
const (
	redisTimeout  = 300 * time.Millisecond // for each attempt
	redisAttempts = 2
	redisPatience = 700 * time.Millisecond // for all attempts, and the wait for a connection before each
)

// redisPrefix stands before each key, and the site's own id after it.
const redisPrefix = "twodoors:session:"

// RedisStore keeps sessions in Redis: all servers know them, and they outlive
// every server. Without it nobody is known.
//
// A session says which account it is by a number, which means another account, or
// none, in another database. So each key names the site: what other sites keep in the
// same Redis, or a database that is gone has left there, is not found.
type RedisStore struct {
	client *redisio.Client
	prefix string
	now    func() time.Time
}

// NewRedisStore returns the store of a site in the Redis at a URL, as
// redis://:password@localhost:6379/0, or behind Sentinel. The site's id is in the clear there. The store
// connects when it is needed.
func NewRedisStore(url, site string, now func() time.Time) (*RedisStore, error) {
	client, err := redisio.Open(url, redisio.Bounds{Attempt: redisTimeout, Attempts: redisAttempts})
	if err != nil {
		return nil, err
	}
	return &RedisStore{client: client, prefix: redisPrefix + site + ":", now: now}, nil
}

func (s *RedisStore) Where() string { return "Redis" }

func (s *RedisStore) Len() int { return 0 }

// LeaderChanged is known of a Redis behind Sentinel.
func (s *RedisStore) LeaderChanged() (ago time.Duration, ever bool) { return s.client.LeaderChanged() }

func (s *RedisStore) Find(ctx context.Context, idHash string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	session, err := s.client.Get(ctx, s.prefix+idHash).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, data.ErrNotFound
	}
	return session, s.client.Explain(err)
}

// Insert takes the session of any account: it cannot know what has changed.
func (s *RedisStore) Insert(ctx context.Context, idHash string, _ data.User, session []byte, end time.Time) error {
	return s.set(ctx, "NX", idHash, session, end, errTaken)
}

func (s *RedisStore) Update(ctx context.Context, idHash string, session []byte, end time.Time) error {
	return s.set(ctx, "XX", idHash, session, end, data.ErrNotFound)
}

// set sets a key that is not there (NX), or one that is (XX), and returns otherwise when it
// is not so.
func (s *RedisStore) set(ctx context.Context, mode, idHash string, session []byte, end time.Time, otherwise error) error {
	left := end.Sub(s.now())
	if left < time.Millisecond {
		return data.ErrNotFound // its end has come, and Redis would keep it for ever
	}
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	err := s.client.SetArgs(ctx, s.prefix+idHash, session, redis.SetArgs{Mode: mode, TTL: left}).Err()
	if errors.Is(err, redis.Nil) {
		return otherwise
	}
	return s.client.Explain(err)
}

func (s *RedisStore) Delete(ctx context.Context, idHash string) error {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	return s.client.Explain(s.client.Del(ctx, s.prefix+idHash).Err())
}

// Ready asks for a key that no session has.
func (s *RedisStore) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	return s.client.Try(ctx, s.prefix+"ready")
}

// Close ends the connections.
func (s *RedisStore) Close() error { return s.client.Close() }

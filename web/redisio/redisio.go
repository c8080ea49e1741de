// Package redisio speaks to a Redis as the front and the servers need it: no wait is
// without a bound, and what goes wrong is told in words, a Redis that refuses apart
// from one that does not answer. The Redis is one, or the leader that Sentinel names.
//
// It knows nothing of sessions. Start reading at Open; what an address can say is in
// address.go, what Redis can refuse in fault.go, and how a new leader is noticed in
// leader.go.
package redisio

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// Bounds of a client.
type Bounds struct {
	Attempt     time.Duration // how long each attempt may take
	Attempts    int
	Connections int // 0 leaves it to the number of processors
}

// Client is a client of one Redis, or of the leader among several.
type Client struct {
	*redis.Client
	secrets []string // that no error may tell
	leader  *leader  // nil without Sentinel
}

// Open returns a client of the Redis at a URL, as redis://:password@localhost:6379/0, or of
// the one that Sentinel names. It connects when it is needed.
func Open(url string, b Bounds) (*Client, error) {
	at, err := parse(url)
	if err != nil {
		return nil, err
	}
	if at.sentinels != nil {
		return at.openLeader(b), nil
	}
	options := at.one
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = b.Attempt, b.Attempt, b.Attempt, b.Attempt
	options.ContextTimeoutEnabled = true
	options.MaxRetries = b.retries()
	options.DialerRetries = 1
	options.PoolSize = b.Connections
	return &Client{Client: redis.NewClient(options), secrets: []string{options.Password}}, nil
}

// retries is how often the library tries again; it takes 0 for its default, 3.
func (b Bounds) retries() int {
	if b.Attempts == 1 {
		return -1
	}
	return b.Attempts - 1
}

// Try reports whether what is kept in this Redis can be read and changed: it reads a
// key, and sets it if it is there, which it never is. So nothing changes, and still a
// replica, a full memory, or a user without the permission refuses as it would refuse
// a session.
func (c *Client) Try(ctx context.Context, key string) error {
	tried, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Get(ctx, key)
		p.SetArgs(ctx, key, "", redis.SetArgs{Mode: "XX", TTL: time.Second})
		return nil
	})
	for _, command := range tried {
		if err := command.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return c.Explain(err)
		}
	}
	if errors.Is(err, redis.Nil) { // as it is when the key is not there
		return nil
	}
	return c.Explain(err)
}

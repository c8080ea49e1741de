// Package redisio speaks to a Redis as the front and the servers need it: no wait is
// without a bound, and what goes wrong is told in words, a Redis that refuses apart
// from one that does not answer.
//
// It knows nothing of sessions. Start reading at Open; what Redis can refuse is in
// fault.go.
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

// Client is a client of one Redis.
type Client struct {
	*redis.Client
	password string
}

// Open returns a client of the Redis at a URL, as redis://:password@localhost:6379/0.
// It connects when it is needed.
func Open(url string, b Bounds) (*Client, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("the URL of Redis must look like redis://localhost:6379") // it may hold a password
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = b.Attempt, b.Attempt, b.Attempt, b.Attempt
	options.ContextTimeoutEnabled = true
	options.MaxRetries = b.Attempts - 1
	if b.Attempts == 1 {
		options.MaxRetries = -1 // 0 is taken for the default, 3
	}
	options.DialerRetries = 1
	options.PoolSize = b.Connections
	return &Client{redis.NewClient(options), options.Password}, nil
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

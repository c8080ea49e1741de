package front

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// How often a Redis that is not ours is asked whether it answers, and how long it
// may take.
const (
	outsideEvery   = 500 * time.Millisecond
	outsideTimeout = 300 * time.Millisecond
)

// watch follows a Redis that is not ours, until ctx ends: nobody tells the room when
// that one goes away.
func (s *Store) watch(ctx context.Context) {
	client, err := s.outsideClient()
	if err != nil {
		return // the command line has refused such a URL
	}
	defer client.Close()
	for ctx.Err() == nil {
		err := client.Ping(ctx).Err()
		if silent := err != nil; ctx.Err() == nil && silent != s.setSilent(silent) {
			s.tellSilence(err)
		}
		wait(ctx, outsideEvery)
	}
}

// setSilent notes whether the Redis fails to answer, and returns what was known before.
func (s *Store) setSilent(silent bool) (before bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, s.silent = s.silent, silent
	return before
}

func (s *Store) tellSilence(err error) {
	address := s.status().Address
	if err == nil {
		slog.Info("redis answers again", "address", address)
		s.Room.note("", "started", "The Redis at "+address+" answers again.")
		return
	}
	slog.Warn("redis does not answer", "address", address, "err", err)
	s.Room.note("", "crashed", "The Redis at "+address+" does not answer. The log says why.")
}

// answers reports whether an outside Redis can be used now. One that the front runs
// is brought when it is needed.
func (s *Store) answers(ctx context.Context) bool {
	if s.Outside == "" {
		return true
	}
	client, err := s.outsideClient()
	if err != nil {
		return false
	}
	defer client.Close()
	return client.Ping(ctx).Err() == nil
}

func (s *Store) outsideClient() (*redis.Client, error) {
	options, err := redis.ParseURL(s.Outside)
	if err != nil {
		return nil, err
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = outsideTimeout, outsideTimeout, outsideTimeout, outsideTimeout
	options.PoolSize, options.MaxRetries, options.DialerRetries = 1, -1, 1
	return redis.NewClient(options), nil
}

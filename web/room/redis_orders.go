package room

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"twodoors/web/redisio"
	"twodoors/web/settings"
	"twodoors/web/trace/tell"
)

// StartRedis brings the room's Redis back, for a seat, or replaces one that hangs, and
// StopRedis takes it away, with the sessions in it. Both can be done while nobody's session
// is in it. Their error is a Refusal.
func (r *Room) StartRedis(ctx context.Context, by string) error { return r.orderRedis(ctx, true, by) }

// StopRedis takes the Redis away.
func (r *Room) StopRedis(ctx context.Context, by string) error { return r.orderRedis(ctx, false, by) }

func (r *Room) orderRedis(ctx context.Context, run bool, by string) error {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	if !r.usesRedis() && r.redis.at() == "" {
		return errNoRedis
	}
	if r.redis.outside != "" {
		return errOutside
	}
	var err error
	if run {
		err = r.redis.bring(ctx, by)
	} else {
		err = r.redis.ask(ctx, false, by)
	}
	if err != nil {
		slog.ErrorContext(ctx, "the store is not as it was asked to be", "run", run, "err", err)
		return errNoStart
	}
	return nil
}

// RedisAway reports whether sessions are to be in a Redis that somebody took away, who that
// was and since when.
func (r *Room) RedisAway() (by string, since time.Time, is bool) {
	r.redis.mu.Lock()
	defer r.redis.mu.Unlock()
	return r.redis.askedBy, r.redis.since, r.usesRedis() && r.redis.port != 0 && !r.redis.wanted && !r.redis.napping
}

func (r *Room) usesRedis() bool { return r.doors.Load().Store == settings.StoreRedis }

// bring makes sure that sessions can be kept in the Redis, for a seat: ours is started
// when it is away, and replaced when it hangs. The error is a *redisio.Fault when one that
// is not ours cannot be used.
func (s *redis) bring(ctx context.Context, by string) error {
	p, url := s.current()
	var fault *redisio.Fault
	if url != "" {
		fault = s.try(ctx, url)
		s.setFault(p, fault)
	}
	switch {
	case s.outside == "":
		return s.ask(ctx, true, by)
	case fault != nil:
		return fault
	}
	return nil
}

// bringForSessions brings the Redis that sessions are to move to, for a seat, and reports
// whether it was away before. It refuses to move them to where nobody finds them.
func (s *redis) bringForSessions(by string) (brought bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), redisTimeout)
	defer cancel()
	_, url := s.current() // none while it is away; one that hangs is replaced and not brought
	err = s.bring(ctx, by)
	if fault, ok := errors.AsType[*redisio.Fault](err); ok {
		remedy := "Start it, then choose redis again."
		if fault.Refuses {
			remedy = "Correct that, then choose redis again."
		}
		return false, &Refusal{Kind: Conflict, Detail: "The Redis given with --redis " + tell.Redis(fault.Code) + ", so nobody could log in at the session door. " + remedy}
	}
	if err != nil {
		s.takeUnused()
		return false, unchanged("Redis did not start within " + redisTimeout.String() + "; the log says why")
	}
	return url == "", nil
}

// takeUnused takes away a Redis that nobody uses.
func (s *redis) takeUnused() {
	ctx, cancel := context.WithTimeout(context.Background(), redisTimeout)
	defer cancel()
	if err := s.ask(ctx, false, ""); err != nil {
		slog.Error("the store keeps running, though nothing uses it", "err", err)
	}
}

package room

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"twodoors/web/redisio"
	"twodoors/web/trace/tell"
)

// How often the Redis is asked whether sessions can be kept in it, and how long it may
// take.
const (
	watchEvery   = 500 * time.Millisecond
	watchTimeout = time.Second
)

// watch follows the Redis until ctx ends: nobody tells us when one that is not ours
// goes away, or when ours hangs.
func (s *redis) watch(ctx context.Context) {
	for ctx.Err() == nil {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		p, url := s.current()
		if url == "" { // nothing is there to watch
			select {
			case <-changed:
			case <-ctx.Done():
			}
			continue
		}
		fault := s.try(ctx, url)
		if ctx.Err() == nil {
			s.setFault(p, fault)
		}
		wait(ctx, watchEvery)
	}
}

// current is where the Redis is that runs now, and its process when it is ours. There is
// none while ours is taken away.
func (s *redis) current() (p *process, url string) {
	url = s.at()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outside == "" && s.process == nil {
		url = ""
	}
	return s.process, url
}

// try asks the Redis at a URL whether sessions can be kept in it. One that is not ours, and
// may be behind Sentinel, is asked by the client that is kept for it.
func (s *redis) try(ctx context.Context, url string) *redisio.Fault {
	client := s.client
	if client == nil {
		var err error
		if client, err = redisio.Open(url, redisio.Bounds{Attempt: watchTimeout, Attempts: 1, Connections: 1}); err != nil {
			return nil // no URL of ours is like that
		}
		defer client.Close()
	}
	ctx, cancel := context.WithTimeout(ctx, watchTimeout)
	defer cancel()
	fault, _ := errors.AsType[*redisio.Fault](client.Try(ctx, s.probe))
	return fault
}

// setFault notes what is wrong with the Redis, nil when nothing is, and notes a
// change. What was found out about a process that has ended does not count.
func (s *redis) setFault(p *process, fault *redisio.Fault) {
	s.mu.Lock()
	before := s.fault
	stale := s.process != p || p != nil && p.hasEnded()
	if !stale {
		s.fault = fault
	}
	s.mu.Unlock()
	if !stale && inWords(before) != inWords(fault) {
		s.tellFault(fault)
	}
}

func (s *redis) tellFault(fault *redisio.Fault) {
	s.mu.Lock()
	address := s.address()
	s.mu.Unlock()
	if fault == nil {
		slog.Info("redis can be used again", "address", address)
		s.journal.note("", Began, "The Redis at "+address+" works again.")
		return
	}
	slog.Warn("redis cannot be used", "address", address, "err", fault)
	s.journal.note("", Crashed, "The Redis at "+address+" "+tell.Redis(fault.Code)+". The log says why.")
}

// inWords is what is wrong, empty when nothing is.
func inWords(fault *redisio.Fault) string {
	if fault == nil {
		return ""
	}
	return tell.Redis(fault.Code)
}

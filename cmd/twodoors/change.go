package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"twodoors/data"
	"twodoors/web/relay"
	"twodoors/web/server"
	"twodoors/web/session"
	"twodoors/web/settings"
	"twodoors/web/token"
)

// running is one server at work, and what a change of settings concerns.
type running struct {
	app      *server.Server
	keyStore *token.KeyStore
	stores   *stores
	issued   *data.Issued
	memory   *memory
	doors    settings.Doors // that a server which runs alone goes by
	next     *change        // prepared; nil when there is none
}

// change is what this server is ready to go by.
type change struct {
	relay.Change
	keys  *token.Prepared
	store session.Store
	lost  map[string]int // by key that it trusts no more: tokens that have not expired
}

// answer takes a step of a change of settings. Whatever it cannot do leaves everything
// as it was.
func (s *running) answer(ctx context.Context, m relay.Message) relay.Done {
	ctx, cancel := context.WithTimeout(ctx, relay.PrepareTimeout)
	defer cancel()
	var err error
	switch {
	case m.Prepare != nil:
		s.next, err = s.prepare(ctx, *m.Prepare)
		if err == nil {
			return relay.Done{Writes: s.next.keys.Writes(), KeyID: s.next.keys.Keys.Current().ID}
		}
	case m.Do == relay.Abort:
		s.next = nil
	case s.next == nil:
		err = errors.New("nothing was prepared")
	case m.Do == relay.Write:
		err = s.keyStore.Write(ctx, s.next.keys)
	case m.Do == relay.Commit:
		return s.commit(ctx)
	}
	return unable(err)
}

// prepare gets ready for a change, and goes by what was before.
func (s *running) prepare(ctx context.Context, c relay.Change) (*change, error) {
	if err := c.Settings.Check(); err != nil {
		return nil, err
	}
	wanted := token.Change{Signing: signing(c.Settings), NewID: token.KeyID(c.ID)}
	if c.Rotation != nil {
		wanted.Rotate, wanted.Retire = true, c.Rotation.Retire
	}
	keys, err := s.keyStore.Prepare(ctx, wanted)
	if err != nil {
		return nil, err
	}
	store, err := s.stores.open(c.Settings.Store, c.Redis)
	if err != nil {
		return nil, err
	}
	lost, err := s.lost(ctx, s.app.Token.Rules().Keys, keys.Keys)
	if err != nil {
		return nil, err
	}
	return &change{c, keys, store, lost}, nil
}

// commit goes by the change that was prepared. What is under way is finished by the old
// settings and keys.
func (s *running) commit(ctx context.Context) relay.Done {
	next, before := s.next, s.app.Token.Rules().Keys
	s.next = nil
	s.stores.Select(next.store)
	s.app.Session.Adopt(sessionRules(next.Settings))
	keys := s.keyStore.Commit(next.keys)
	s.app.Token.Adopt(rules(keys, next.Settings))
	if lost, err := s.lost(ctx, before, keys); err == nil {
		next.lost = lost // with the tokens that were issued meanwhile
	}
	return relay.Done{KeyID: keys.Current().ID, Invalidated: next.lost}
}

// lost counts the tokens that had not expired, by each key that is trusted no more.
func (s *running) lost(ctx context.Context, before, later *token.Keys) (map[string]int, error) {
	lost := map[string]int{}
	for _, key := range before.Lost(later) {
		n, err := s.issued.Out(ctx, key.ID, s.keyStore.Now())
		if err != nil {
			return nil, fmt.Errorf("count tokens: %w", err)
		}
		lost[key.ID] = n
	}
	return lost, nil
}

// unable says for people why a step cannot be taken, if it cannot; the log gets the
// cause.
func unable(err error) relay.Done {
	if err == nil {
		return relay.Done{}
	}
	if errors.Is(err, token.ErrTooManyKeys) {
		return relay.Done{Fault: "There are as many keys as the site can keep. Retire the old ones when you change the key."}
	}
	slog.Error("settings cannot be changed", "err", err)
	why := data.Obstacle(err)
	if bad, ok := errors.AsType[*token.BadKeyError](err); ok {
		why = bad.Error()
	}
	return relay.Done{Unable: cmp.Or(why, "a server could not prepare for it; the log says why")}
}

package main

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/data"
	"twodoors/web/session"
	"twodoors/web/settings"
)

// stores are where a server can keep its sessions. What is in its memory stays
// there while it keeps new ones elsewhere.
type stores struct {
	*session.Switch
	memory, sqlite, redis session.Store
	redisURL              string
}

func newStores(db *data.DB, number int) *stores {
	redis.SetLogger(quietly{}) // what fails is logged with the request that it failed for
	memory := session.NewMemoryStore(number, time.Now)
	return &stores{Switch: session.NewSwitch(memory), memory: memory, sqlite: session.NewSQLiteStore(db.Sessions, time.Now)}
}

// open returns the store of a kind; the URL is that of Redis, if that is the one.
func (s *stores) open(kind, redisURL string) (session.Store, error) {
	switch kind {
	case settings.StoreMemory:
		return s.memory, nil
	case settings.StoreSQLite:
		return s.sqlite, nil
	}
	if redisURL != s.redisURL {
		store, err := session.NewRedisStore(redisURL, time.Now)
		if err != nil {
			return nil, err
		}
		s.redis, s.redisURL = store, redisURL
	}
	return s.redis, nil
}

type quietly struct{}

func (quietly) Printf(context.Context, string, ...any) {}

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

// choose changes to a store; the URL is that of Redis, if that is the one.
func (s *stores) choose(kind, redisURL string) error {
	switch kind {
	case settings.StoreMemory:
		s.To(s.memory)
	case settings.StoreSQLite:
		s.To(s.sqlite)
	case settings.StoreRedis:
		if redisURL != s.redisURL {
			store, err := session.NewRedisStore(redisURL, time.Now)
			if err != nil {
				return err
			}
			s.redis, s.redisURL = store, redisURL
		}
		s.To(s.redis)
	}
	return nil
}

type quietly struct{}

func (quietly) Printf(context.Context, string, ...any) {}

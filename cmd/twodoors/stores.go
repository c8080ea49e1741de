package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/data"
	"twodoors/web/relay"
	"twodoors/web/session"
	"twodoors/web/settings"
)

// stores are where a server can keep its sessions. What is in its memory stays
// there while it keeps new ones elsewhere.
type stores struct {
	*session.Selector
	memory, database session.Store
	redis            *session.RedisStore // nil until it is chosen
	redisURL, site   string
	now              func() time.Time
}

func newStores(db *data.DB, site string, config relay.StartConfig) *stores {
	redis.SetLogger(quietly{}) // what fails is logged with the request that it failed for
	memory := session.NewMemoryStore(config.Number, db.Now)
	if config.MaxSessions > 0 {
		memory = session.NewSmallMemoryStore(config.Number, config.MaxSessions, db.Now)
	}
	return &stores{
		Selector: session.NewSelector(memory), memory: memory, site: site, redisURL: config.Redis, now: db.Now,
		database: session.NewDatabaseStore(db.Sessions, db.Now),
	}
}

// siteID names the site in its tokens, and where others keep things as well. It is no
// secret. It comes from the database, so all servers of a site have the same, and a database
// that is made anew has another.
func siteID(ctx context.Context, db *data.DB) (string, error) {
	secret, err := db.Secrets.Get(ctx, "site")
	sum := sha256.Sum256(secret)
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:10], err
}

// open returns the store of a kind; the URL is that of Redis, if that is the one.
func (s *stores) open(kind settings.Store, redisURL string) (session.Store, error) {
	switch kind {
	case settings.StoreMemory:
		return s.memory, nil
	case settings.StoreDatabase:
		return s.database, nil
	}
	if s.redis == nil || redisURL != s.redisURL {
		store, err := session.NewRedisStore(redisURL, s.site, s.now)
		if err != nil {
			return nil, err
		}
		if s.redis != nil {
			s.redis.Close() // the Redis that it was is gone
		}
		s.redis, s.redisURL = store, redisURL
	}
	return s.redis, nil
}

type quietly struct{}

func (quietly) Printf(context.Context, string, ...any) {}

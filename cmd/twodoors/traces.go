package main

import (
	"context"

	"twodoors/data"
	"twodoors/web/edge"
	"twodoors/web/inspector"
	"twodoors/web/trace"
	"twodoors/web/trace/shared"
)

// traces are where a server that runs alone keeps what it has seen.
type traces struct {
	edge.Keeper
	shown inspector.Traces
	count counted
	run   func(ctx context.Context) // does what is to be done meanwhile, until ctx ends
}

// counted tells how much is kept, for who looks after the site.
type counted interface {
	Kept() (kept int, dropped int64)
	Streams() int
}

// openTraces opens them where other servers of the site find them: in Redis when there is one, else in the database if
// that can be shared, and else only here.
func (c *serverCommand) openTraces(ctx context.Context, db *data.DB) (traces, error) {
	switch {
	case c.RedisURL != "":
		site, err := siteID(ctx, db)
		if err != nil {
			return traces{}, err
		}
		redis, err := shared.OpenRedis(c.RedisURL, site)
		if err != nil {
			return traces{}, err
		}
		all := shared.New(redis)
		return traces{all, all, all, func(ctx context.Context) {
			defer redis.Close()
			all.Run(ctx)
		}}, nil
	case db.Traces != nil:
		all := shared.New(shared.InDatabase(db.Traces, db.Now))
		return traces{all, all, all, all.Run}, nil
	}
	log := trace.NewLog()
	return traces{log, inspector.InMemory(log), log, func(context.Context) {}}, nil
}

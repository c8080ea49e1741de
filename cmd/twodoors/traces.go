package main

import (
	"context"
	"io"

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
	if c.RedisURL != "" {
		site, err := siteID(ctx, db)
		if err != nil {
			return traces{}, err
		}
		redis, err := shared.OpenRedis(c.RedisURL, site)
		return sharing(redis, redis, err)
	}
	table, err := openSharedTraces(ctx, c.DB)
	if table != nil || err != nil {
		return sharing(shared.InDatabase(table, db.Now), table, err)
	}
	log := trace.NewLog()
	return traces{log, inspector.InMemory(log), log, func(context.Context) {}}, nil
}

// sharing are traces in a store, which is closed when they end.
func sharing(store shared.Store, closes io.Closer, err error) (traces, error) {
	if err != nil {
		return traces{}, err
	}
	all := shared.New(store)
	return traces{all, all, all, func(ctx context.Context) {
		defer closes.Close()
		all.Run(ctx)
	}}, nil
}

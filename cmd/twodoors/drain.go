package main

import (
	"context"
	"time"
)

// drainTime is how long a server that runs alone answers on when it is asked to end, while /readyz says no: time for
// balancers to notice before its door closes.
const drainTime = time.Second

// drained returns a context that ends a while after ctx does, when balancers have noticed that closing is closed.
func drained(ctx context.Context, closing chan<- struct{}) context.Context {
	drained, end := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() {
		close(closing)
		time.AfterFunc(drainTime, end)
	})
	return drained
}

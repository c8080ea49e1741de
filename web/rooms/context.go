package rooms

import (
	"context"

	"twodoors/web/room"
)

type contextKey struct{}

// With returns a context that carries the room that answers a request.
func With(ctx context.Context, answering *room.Room) context.Context {
	return context.WithValue(ctx, contextKey{}, answering)
}

// In returns the room that answers the request of ctx. Where none is carried it is the stage.
func (r *Rooms) In(ctx context.Context) *room.Room {
	if answering, ok := ctx.Value(contextKey{}).(*room.Room); ok {
		return answering
	}
	return r.Stage
}

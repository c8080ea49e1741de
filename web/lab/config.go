package lab

import (
	"context"
	"time"

	"twodoors/data"
	"twodoors/web/rooms"
	"twodoors/web/seat"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// Config is what the labs need of the site that they run on.
type Config struct {
	All     []*Lab
	Courses []Course // through them, the shortest first
	Table   Table
	Rooms   *rooms.Rooms
	Traces  *trace.Log
	Seats   *seat.Seats
	Turns   *turns.Gate     // at what takes a processor for long
	Address Address         // where the labs' own clients reach the site
	Closing <-chan struct{} // closed when the site shuts down: what a lab goes on doing ends
	Now     func() time.Time

	HoldBack func(seat string) bool // whether a seat must not see the last hints; nil for nobody
}

// Table keeps what seats have done. Its keys name a seat without revealing it.
type Table interface {
	Load(ctx context.Context, seat string) ([]data.LabState, error)
	Trace(ctx context.Context, seat, id string) ([]byte, error)
	Save(ctx context.Context, changes []data.LabChange) error // all or none
	Drop(ctx context.Context, seat, lab string) error         // an empty lab is all of them, an empty seat everybody's
	Recent(ctx context.Context) (seats []string, err error)
}

// Found adds what a lab itself found out just now to the history of a seat.
func (l *Labs) Found(seat string, s Seen) {
	s.At, s.Settings = l.Now().UTC().Round(0), l.circumstances(seat)
	l.Note(seat, s)
}

package lab

import (
	"context"
	"net/http"
	"time"

	"twodoors/web/door"
	"twodoors/web/response"
	"twodoors/web/room"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// Config is what the labs need of the site that they run on.
type Config struct {
	All     []*Lab
	Table   Table
	Stage   Stage
	Traces  *trace.Log
	Seats   *seat.Seats
	Costly  *turns.Queue    // for what takes a processor for long
	Address Address         // where the labs' own clients reach the site
	Closing <-chan struct{} // closed when the site shuts down: what a lab keeps doing ends
	Now     func() time.Time
}

// Table keeps what seats have done. Its keys name a seat without revealing it.
type Table interface {
	Load(ctx context.Context, seat string) (map[string][]byte, error)
	Save(ctx context.Context, seat, lab string, state []byte) error
	Drop(ctx context.Context, seat, lab string) error // an empty lab is all of them, an empty seat everybody's
	Recent(ctx context.Context) (seats []string, err error)
}

// Stage is the room in which labs take place.
type Stage interface {
	Settings() settings.Settings
	Store() room.StoreStatus
	Change(by string, change func(*settings.Settings) error) error
	StartAll(ctx context.Context, by string) error
	Journal() []room.Event
}

// Found adds what a lab itself found out just now to the history of a seat.
func (l *Labs) Found(seat string, s Seen) {
	s.At, s.Settings = l.Now().UTC().Round(0), l.circumstances()
	l.Note(seat, s)
}

// Running reports whether a seat is in a lab.
func (l *Labs) Running(ctx context.Context, seat, name string) bool {
	all, err := l.Progress(ctx, seat)
	return err == nil && all[name].Running()
}

// circumstances are those of this moment.
func (l *Labs) circumstances() Circumstances {
	now := l.Stage.Settings()
	return circumstances(now, now.Store == settings.StoreRedis && l.Stage.Store().State == "away")
}

// newcomer is a seat that nobody has, for what is not to be in the visitor's. Whoever is
// done with it forgets it, with its traces: they push nobody else's out.
func (l *Labs) newcomer() (s seat.Seat, forget func()) {
	s = l.Seats.Make()
	return s, func() { l.Traces.Clear(s.Value) }
}

// turn waits until what a request asks for may take a processor for long, which ends with
// done. Its error is a sentence.
func (l *Labs) turn(r *http.Request) (done func(), err error) {
	return l.Costly.Turn(r.Context(), turns.Of(door.ArrivalOf(r.Context()), true))
}

// within lets nobody use what a lab has of its own, its clients above all, but seats that
// are in that lab.
func within(l *Labs, lab string, routes map[string]http.HandlerFunc) map[string]http.HandlerFunc {
	guarded := map[string]http.HandlerFunc{}
	for pattern, handler := range routes {
		guarded[pattern] = func(w http.ResponseWriter, r *http.Request) {
			if l.Running(r.Context(), seat.From(r.Context()).Name(), lab) {
				handler(w, r)
				return
			}
			trace.Aside(r.Context())
			notWithin(w, lab)
		}
	}
	return guarded
}

func notWithin(w http.ResponseWriter, lab string) {
	response.Refuse(w, response.Problem{Status: http.StatusConflict,
		Detail: "This belongs to a lab that you are not in. Begin it at /labs/" + lab + ", or start it over there when it is finished."})
}

package lab

import (
	"context"
	"net/http"
	"time"

	"twodoors/web/response"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Host is the site that labs run on.
type Host interface {
	// Settings are what the site goes by now, and whether its store is taken away.
	Settings() (now settings.Settings, storeAway bool)
	// Choose makes the site go by changed settings, on behalf of a seat.
	Choose(ctx context.Context, seat string, change func(*settings.Settings) error) error
	// Others is how many other seats sent something within a while.
	Others(seat string, within time.Duration) int
	// Seat is that of a request.
	Seat(r *http.Request) seat.Seat
	// Newcomer is a seat that nobody has, for what is not to be in the visitor's. Who
	// is done with it forgets it, with its traces.
	Newcomer() (s seat.Seat, forget func())
	// Address is where a lab's own clients reach the site.
	Address() Address
	// Note adds what a lab itself found out to the history of a seat.
	Note(seat string, s Seen)
	// Keep gives a seat a trace that is finished.
	Keep(s seat.Seat, t *trace.Trace)
	// Running reports whether a seat is in a lab.
	Running(ctx context.Context, seat, lab string) bool
	// Turn waits until what a request asks for may take a processor for long, which ends
	// with done. Its error is a sentence.
	Turn(r *http.Request) (done func(), err error)
	// Closed is closed when the site shuts down: what a lab keeps doing has to end.
	Closed() <-chan struct{}
}

// within lets nobody use what a lab has of its own, its clients above all, but seats that
// are in that lab.
func within(h Host, lab string, routes map[string]http.HandlerFunc) map[string]http.HandlerFunc {
	guarded := map[string]http.HandlerFunc{}
	for pattern, handler := range routes {
		guarded[pattern] = func(w http.ResponseWriter, r *http.Request) {
			if h.Running(r.Context(), h.Seat(r).Name(), lab) {
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

// Table keeps what seats have done. Its keys name a seat without revealing it.
type Table interface {
	Load(ctx context.Context, seat string) (map[string][]byte, error)
	Save(ctx context.Context, seat, lab string, state []byte) error
	Drop(ctx context.Context, seat, lab string) error // an empty lab is all of them, an empty seat everybody's
	Recent(ctx context.Context) (seats []string, err error)
}

package experiment

import (
	"context"
	"net/http"

	"twodoors/web/apiclient"
	"twodoors/web/seat"
)

// place is where an experiment tries something: a room, or a separate site.
type place interface {
	// Client returns a newcomer, whom traces call by this name.
	Client(name string) *Client
	// over is why nothing more can be tried here after something could not be; nil when
	// the place is still there.
	over(ctx context.Context) error
}

// Room is a room of an experiment's own, on a site that serves others as well. The clients
// of the experiment reach it as everybody does, by the site's address, and all with the seat
// that the room answers.
type Room struct {
	Address apiclient.Address
	Seat    seat.Seat
	Name    string        // of the room
	Program string        // this program's file, for what needs a separate site
	Others  func() Others // what else goes on; nil where other experiments may run meanwhile
}

// roomHeader names the room that a request is for. Once that has ended no other one answers.
const roomHeader = "Room"

// Client returns a newcomer, whom traces call by this name.
func (r *Room) Client(name string) *Client {
	c := NewClient(name, func() string { return r.Address.URL }, r.Address.Transport(), http.Header{seat.HeaderName: {r.Seat.Value}})
	c.room = r.Name
	return c
}

// over is that of ctx: the room ends when the experiment does.
func (r *Room) over(ctx context.Context) error { return ctx.Err() }

// Others is what others did on the site meanwhile.
type Others struct {
	Rooms    int   `json:"rooms"`    // that were awake at once, at most
	Requests int64 `json:"requests"` // that were answered
}

package edge

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/relay"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// A11: the room of a seat answers it, and its trace names that room; who brings no seat is
// on the stage.
func TestRequestsAreOfTheRoomOfTheirSeat(t *testing.T) {
	t.Parallel()
	seats := seat.New(make([]byte, 32))
	mine := seats.Find(httptest.NewRequest("GET", "/", nil), false)
	asked := []string{}
	facing := Facing{
		Hosts: NewHosts(nil), Seats: seats, Traces: trace.NewLog(), Now: time.Now,
		Room: func(seat string) string { asked = append(asked, seat); return "k3f9" },
	}
	var client door.Client
	var recorded *trace.Trace
	site := facing.Visitors(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		client, recorded = door.ClientOf(r.Context()), trace.From(r.Context())
	}))
	r := httptest.NewRequest("GET", "http://localhost/", nil)
	site.ServeHTTP(httptest.NewRecorder(), r)
	if client.Room != "" || recorded.Room != door.Stage {
		t.Errorf("without a seat: room %q, trace of %q", client.Room, recorded.Room)
	}
	r.AddCookie(seat.Cookie(mine, false))
	site.ServeHTTP(httptest.NewRecorder(), r)
	if client.Room != "k3f9" || recorded.Room != "k3f9" || len(asked) != 1 || asked[0] != mine.Name() {
		t.Errorf("with a seat: room %q, trace of %q, asked %q", client.Room, recorded.Room, asked)
	}
}

// A11: a server answers for the room that it was started for, whatever a request says.
func TestServersKnowTheirRoom(t *testing.T) {
	t.Parallel()
	config := relay.StartConfig{Secret: "s", Room: "k3f9"}
	var client door.Client
	server := BehindFront(config, Identity{}, func() int { return 0 }, time.Now, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		client = door.ClientOf(r.Context())
	}))
	r := httptest.NewRequest("GET", "/", nil)
	relay.Forwarded{Secret: "s", TraceID: trace.NewID(), Client: door.Client{Address: "::1", Seat: "a", Room: "other"}, BeginBy: time.Now().Add(time.Minute).UnixMilli()}.Send(r.Header)
	server.ServeHTTP(httptest.NewRecorder(), r)
	if client.Room != "k3f9" || client.CookieName("session") != "session-k3f9" {
		t.Errorf("%+v", client)
	}
}

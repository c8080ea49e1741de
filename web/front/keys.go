package front

import (
	"net/http"
	"net/url"

	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/trace"
)

// jwksPath is where the public keys of the stage are (RFC 8615), and below its address those
// of a room.
const jwksPath = "/.well-known/jwks.json"

// stageKeys answers with the keys of the stage, whichever room the seat is in: third parties
// have the address from a token of the stage.
func (f *Front) stageKeys(w http.ResponseWriter, r *http.Request) {
	f.forwardTo(w, r, f.Rooms.Stage)
}

// keysOf answers with the keys of the room that the path names.
func (f *Front) keysOf(w http.ResponseWriter, r *http.Request) {
	of := f.Rooms.ByName(r.PathValue("room"))
	if of == nil {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusNotFound, Detail: "There is no room with that name, or it has ended and its keys with it. Ask for the keys of an open room."})
		return
	}
	if err := of.Wake(r.Context()); err != nil {
		reply.Refuse(w, r, err)
		return
	}
	r = r.WithContext(r.Context())
	r.URL = &url.URL{Path: jwksPath}
	f.forwardTo(w, r, of)
}

// forwardTo has a certain room answer, whichever the seat is in.
func (f *Front) forwardTo(w http.ResponseWriter, r *http.Request, to *room.Room) {
	trace.From(r.Context()).Room = to.Name()
	f.forward(w, r.WithContext(rooms.With(r.Context(), to)))
}

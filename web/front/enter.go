package front

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/trace"
)

// enter hands a request on in the room that answers it, which it wakes. What a page sends by
// itself neither wakes a room nor keeps it awake: only who uses a room does.
func (f *Front) enter(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.expireEnded(w, r)
		client := door.ClientOf(r.Context())
		f.experiments.Runner.Notice(client.Seat)
		if client.Room == "" {
			next.ServeHTTP(w, r)
			return
		}
		answering := f.Rooms.ByName(client.Room)
		if answering == nil {
			reply.Refuse(w, r, errEnded)
			return
		}
		if isUse(r) {
			if err := f.Rooms.Use(r.Context(), client.Seat); err != nil {
				f.cannotWake(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(rooms.With(r.Context(), answering)))
	})
}

// expireEnded tells a browser to delete the cookies of rooms that are no more.
func (f *Front) expireEnded(w http.ResponseWriter, r *http.Request) {
	for _, name := range roomsBrought(r) {
		if f.Rooms.ByName(name) == nil {
			expire(w, r, name)
		}
	}
}

// errEnded is for a room that ended while a request was on its way to it.
var errEnded = &room.Refusal{Kind: room.Conflict, Detail: "The room that you were in has just ended. Reload the page to see where you are."}

// isUse reports whether a person or a command sends a request, and not a page by itself.
func isUse(r *http.Request) bool {
	return r.Header.Get("Accept") != "text/event-stream" && !byTimer(r)
}

func (f *Front) cannotWake(w http.ResponseWriter, r *http.Request, err error) {
	problem := reply.ProblemOf(r.Context(), err)
	if reply.IsAPI(r) {
		httpio.Refuse(w, problem)
		return
	}
	f.errorPage(w, r, problem.Status, problem.Detail)
}

// asleep answers what a page asks by itself of a room that sleeps.
func (f *Front) asleep(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	httpio.Refuse(w, httpio.Problem{
		Status: http.StatusServiceUnavailable, State: rooms.Asleep, Detail: "This room is asleep, as nobody has used it for a while. The next press wakes it.",
	})
}

// control lets those to a handler who may change the room that answers them: whoever has a
// room of their own, and on the stage who knows the passcode.
func (f *Front) control(next http.HandlerFunc) http.HandlerFunc {
	guarded := f.Passcode.Guard(next)
	return func(w http.ResponseWriter, r *http.Request) {
		if f.mayControl(r) {
			next(w, r)
			return
		}
		guarded(w, r)
	}
}

// mayControl reports whether the sender of a request may change the room that answers it.
func (f *Front) mayControl(r *http.Request) bool {
	return f.Rooms.In(r.Context()) != f.Rooms.Stage || f.Passcode.KnownTo(r)
}

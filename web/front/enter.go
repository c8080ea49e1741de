package front

import (
	"context"
	"net/http"
	"strings"

	"twodoors/web/door"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/trace"
)

// enter hands a request on in the room that answers it, which it wakes. What a page sends by
// itself neither wakes a room nor keeps it awake: only who uses a room does. A room that
// cannot wake still shows its pages and can be left: whatever needs its servers is told why.
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
			f.refuse(w, r, errEnded)
			return
		}
		ctx := rooms.With(r.Context(), answering)
		if isUse(r) {
			if err := f.Rooms.Use(ctx, client.Seat, client.Network()); err != nil {
				ctx = context.WithValue(ctx, cannotWake{}, err)
			}
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// cannotWake is the key of a context that says why the room does not wake.
type cannotWake struct{}

// whyAsleep is why the room that answers does not wake, nil when nobody tried.
func whyAsleep(r *http.Request) error {
	err, _ := r.Context().Value(cannotWake{}).(error)
	return err
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
var errEnded = &room.Refusal{Kind: room.Conflict, Detail: "The room that you were in has just ended. Reload the page to see where you are now."}

// isUse reports whether a person or a command sends a request, and not a page by itself.
func isUse(r *http.Request) bool {
	return r.Header.Get("Accept") != "text/event-stream" && !byTimer(r)
}

// together lets nobody change anything whose lecturer has paused the class, but what concerns the class itself, or the
// passcode, and a logout.
func (f *Front) together(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		changes := r.Method != http.MethodGet && r.Method != http.MethodHead
		path := strings.TrimPrefix(r.URL.Path, "/api")
		if changes && !strings.HasPrefix(path, "/class/") && path != "/servers/passcode" && !strings.HasSuffix(path, "/logout") {
			if err := f.Class.MayChange(door.ClientOf(r.Context()).Seat); err != nil {
				f.refuse(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// refuse answers a request of which nothing came: the API with a problem, others with a page.
func (f *Front) refuse(w http.ResponseWriter, r *http.Request, err error) {
	problem := reply.ProblemOf(r.Context(), err)
	if reply.IsAPI(r) {
		httpio.Refuse(w, problem)
		return
	}
	f.errorPage(w, r, problem.Status, problem.Detail)
}

// asleep answers what is asked of a room that sleeps: a page asks by itself, or the room
// cannot wake.
func (f *Front) asleep(w http.ResponseWriter, r *http.Request) {
	if err := whyAsleep(r); err != nil {
		f.refuse(w, r, err)
		return
	}
	trace.Aside(r.Context())
	httpio.Refuse(w, httpio.Problem{
		Status: http.StatusServiceUnavailable, State: rooms.Asleep, Detail: "This room is asleep because nobody has used it for a while. Press any button to wake it.",
	})
}

// control lets those to a handler who may change the room that answers them: whoever has a
// room of their own, and on the stage who knows the passcode. A room that sleeps is not
// changed.
func (f *Front) control(next http.HandlerFunc) http.HandlerFunc {
	guarded := f.Passcode.Guard(next)
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !f.mayControl(r):
			guarded(w, r)
		case f.Rooms.In(r.Context()).Asleep():
			f.asleep(w, r)
		default:
			next(w, r)
		}
	}
}

// mayControl reports whether the sender of a request may change the room that answers it.
func (f *Front) mayControl(r *http.Request) bool {
	return f.Rooms.In(r.Context()) != f.Rooms.Stage || f.Passcode.KnownTo(r)
}

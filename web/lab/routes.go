package lab

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"twodoors/web/httpio"
	"twodoors/web/seat"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// OnlyIn keeps the routes of a lab to seats that are in that lab: what they lend, the labs' clients above all, is
// lent to nobody else.
func (l *Labs) OnlyIn(lab string, routes map[string]http.HandlerFunc) map[string]http.HandlerFunc {
	guarded := map[string]http.HandlerFunc{}
	for pattern, handler := range routes {
		guarded[pattern] = func(w http.ResponseWriter, r *http.Request) {
			if !l.InLab(r.Context(), seat.From(r.Context()).Name(), lab) {
				trace.Aside(r.Context())
				httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict,
					Detail: "This belongs to a lab that you are not in. Begin it at /labs/" + lab + ", or reset it there if it is finished."})
				return
			}
			handler(w, r)
		}
	}
	return guarded
}

// Routes are what single labs answer, by their patterns.
func (l *Labs) Routes() map[string]http.HandlerFunc {
	all := map[string]http.HandlerFunc{}
	for _, lab := range l.All {
		if lab.Routes != nil {
			maps.Copy(all, lab.Routes(l))
		}
	}
	return all
}

// ChecksOrigin reports whether a lab itself checks where the requests to a path come from.
func (l *Labs) ChecksOrigin(path string) bool {
	return slices.ContainsFunc(l.All, func(lab *Lab) bool { return lab.CrossSite != "" && lab.CrossSite == path })
}

// Turn waits until a request may keep a processor busy for long, which ends with done. Without a turn it has
// refused the request, if anybody is there still.
func (l *Labs) Turn(w http.ResponseWriter, r *http.Request) (done func(), ok bool) {
	done, err := l.Turns.Begin(w, r, turns.Long)
	if refusal, ok := errors.AsType[*turns.Refusal](err); ok {
		httpio.Refuse(w, refusal.Problem())
	}
	return done, err == nil
}

// TemporarySeat is one that nobody has, for requests that must not stand among the visitor's. The room of the
// visitor's seat answers it. Its traces go with it, so they push nobody else's out.
func (l *Labs) TemporarySeat(visitor string) (s seat.Seat, forget func()) {
	s = l.Seats.Make()
	leave := l.Rooms.Join(s.Name(), visitor)
	return s, func() {
		leave()
		l.Traces.Clear(s.Name())
	}
}

// Refuse answers with what is wrong with a request, a *httpio.Fault; any other error is ours.
func Refuse(w http.ResponseWriter, err error) {
	fault, ok := errors.AsType[*httpio.Fault](err)
	if !ok {
		slog.Error("a lab cannot answer", "err", err)
		fault = &httpio.Fault{Status: http.StatusInternalServerError, Detail: "This did not work. The log says why; try again in a second."}
	}
	httpio.Refuse(w, httpio.Problem{Status: fault.Status, Detail: fault.Detail})
}

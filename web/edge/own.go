package edge

import (
	"net/http"
	"time"

	"twodoors/web/door"
	"twodoors/web/trace"
)

// Own has a handler answer a request that this process sends itself, as it answers those that
// arrive over a connection, and returns the trace, which is kept in no log. Client is what the trace
// calls the sender. When the handler panicked there is no trace.
func Own(w http.ResponseWriter, r *http.Request, from door.Client, client string, now time.Time, next http.Handler) *trace.Trace {
	t := begin(trace.NewID(), r, from, Identity{}, now)
	t.Client = client
	w.Header()["Trace-Id"] = []string{t.ID}
	r = r.WithContext(trace.With(door.WithClient(r.Context(), &from), t))
	answer := &answer{ResponseWriter: w, request: r, trace: t, to: nowhere{}}
	defer recoverFrom(answer)
	next.ServeHTTP(answer, r)
	return t
}

// nowhere is where a trace goes that the sender has anyway.
type nowhere struct{}

func (nowhere) deliver(http.Header, *trace.Trace) {}

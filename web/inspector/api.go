package inspector

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"twodoors/data"
	"twodoors/views/inspector"
	"twodoors/web"
	"twodoors/web/httpio"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// apiList answers with this seat's traces, newest first.
func (i *Inspector) apiList(w http.ResponseWriter, r *http.Request) {
	filter, ok := filterOf(r)
	limit := trace.MaxTracesPerSeat
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		ok = ok && err == nil && n >= 1 && n <= trace.MaxTracesPerSeat
		limit = n
	}
	if !ok {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusBadRequest, Detail: wrongFilter + " The limit is 1 to 2000."})
		return
	}
	all, err := i.all(r)
	if err != nil {
		httpio.Refuse(w, cannotLook(err))
		return
	}
	traces := page(all, filter, "", limit)
	done, err := i.begin(w, r, time.Duration(len(traces))*traceWork)
	if err != nil {
		httpio.Refuse(w, problemOf(err))
		return
	}
	defer done()
	told := make([]tell.Told, 0, len(traces))
	for _, t := range traces {
		told = append(told, tell.Tell(t))
	}
	httpio.WriteJSON(w, http.StatusOK, told)
}

const wrongFilter = "A filter has a value that is not allowed. The door is session or token, the outcome allowed, denied or failed, the server 1 to 9."

// traceWork is how long it takes to write one trace as JSON.
const traceWork = 30 * time.Microsecond

// apiOne answers with one trace. Another seat's is as unknown as one that never
// was.
func (i *Inspector) apiOne(w http.ResponseWriter, r *http.Request) {
	t, err := i.get(r, r.PathValue("trace"))
	if err != nil {
		httpio.Refuse(w, cannotLook(err))
		return
	}
	if t == nil {
		httpio.Refuse(w, noSuchTrace)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, tell.Tell(t))
}

// noSuchTrace is for a trace that a seat does not have.
var noSuchTrace = httpio.Problem{Status: http.StatusNotFound,
	Detail: "This seat has no trace with that ID. Only its newest ones are kept, and those of its labs; send the request again for a new one."}

// openAPI answers with the description of the API.
func openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	w.Write(web.OpenAPI)
}

func (i *Inspector) all(r *http.Request) ([]*trace.Trace, error) {
	return i.Traces.List(r.Context(), ownerOf(r), "", trace.MaxTracesPerSeat)
}

// get returns a trace of the seat, nil when it has none of that id.
func (i *Inspector) get(r *http.Request, id string) (*trace.Trace, error) {
	t, err := i.Traces.Get(r.Context(), ownerOf(r), id)
	if err != nil || t != nil || i.Older == nil || !trace.ValidID(id) {
		return t, err
	}
	return i.Older.Trace(r.Context(), ownerOf(r), id)
}

// cannotLook is for a trace of which nobody can tell whether it is there.
func cannotLook(err error) httpio.Problem {
	if fault, ok := errors.AsType[*httpio.Fault](err); ok {
		return httpio.Problem{Status: fault.Status, Detail: fault.Detail, RetryAfter: fault.After}
	}
	slog.Error("a trace cannot be looked up", "err", err)
	detail := data.KindOf(err).Sentence()
	if detail == "" {
		detail = "The trace cannot be read right now. The log says why; try again in a second."
	}
	return httpio.Problem{Status: http.StatusServiceUnavailable, Detail: detail}
}

// filterOf reads the filter of a request, and reports whether it can be one.
func filterOf(r *http.Request) (inspector.Filter, bool) {
	query := r.URL.Query()
	f := inspector.Filter{Door: query.Get("door"), Outcome: query.Get("outcome"), Server: query.Get("server")}
	ok := oneOf(f.Door, "", "session", "token") &&
		oneOf(f.Outcome, "", string(trace.Allowed), string(trace.Denied), string(trace.Failed)) &&
		oneOf(f.Server, "", "1", "2", "3", "4", "5", "6", "7", "8", "9")
	return f, ok
}

func oneOf(value string, allowed ...string) bool {
	for _, a := range allowed {
		if value == a {
			return true
		}
	}
	return false
}

// page picks up to limit traces that pass the filter, from those that are older
// than the one with the id before. When that one is gone, so is what was older.
func page(traces []*trace.Trace, filter inspector.Filter, before string, limit int) []*trace.Trace {
	picked := []*trace.Trace{}
	started := before == ""
	for _, t := range traces {
		if len(picked) == limit {
			break
		}
		if started && filter.Lets(t) {
			picked = append(picked, t)
		}
		started = started || t.ID == before
	}
	return picked
}

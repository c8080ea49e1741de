// Package inspector is the pages of the inspector: a seat's requests, one of them or two
// in full, and the code that decided.
//
// Start reading at inspector.templ, and at trace.templ for one request.
package inspector

import (
	"net/url"
	"strconv"
	"time"

	"twodoors/web/trace"
)

// Inspector is what the inspector's page shows: requests on the left, one or
// two of them in full on the right.
type Inspector struct {
	Traces   []*trace.Trace // of the list, newest first
	Servers  []int          // that have answered this seat, for the filter
	Newest   int64          // number of the seat's newest trace, whatever the filter: the stream goes on from there
	Older    string         // id of the last trace of the list when there are older ones
	Filter   Filter
	Chosen   *trace.Trace
	Beside   *trace.Trace  // shown beside the chosen one, usually nil
	Cleared  int           // how many requests were cleared just now and can be had back
	UndoLeft time.Duration // how long they still can
	Stay     bool          // the chosen one was asked for: newer ones do not take its place
	Base     string        // of this site as the visitor reaches it: "http://localhost:8080"
	Seat     string
	Private  bool   // only its own machine can reach this site
	InClass  bool   // the seat is in a class, whose wall the chosen one may be offered for
	Offered  bool   // it is already
	EmbedID  string // of the chosen one, empty when it is not embedded
	Room     string // that the seat is in now: "stage", or its name
}

// UndoTime is how long requests that were cleared can be had back.
const UndoTime = 10 * time.Second

// Filter says which traces are listed. What is empty filters nothing.
type Filter struct {
	Door    string
	Outcome string
	Server  string
}

// Any reports whether anything is filtered.
func (f Filter) Any() bool { return f != Filter{} }

// Lets reports whether a trace is listed.
func (f Filter) Lets(t *trace.Trace) bool {
	return (f.Door == "" || f.Door == t.Door) && (f.Outcome == "" || f.Outcome == string(t.Outcome)) &&
		(f.Server == "" || f.Server == strconv.Itoa(t.Server))
}

func (f Filter) query() url.Values {
	query := url.Values{}
	for name, value := range map[string]string{"door": f.Door, "outcome": f.Outcome, "server": f.Server} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// link is a trace's own page, with the filter kept.
func (f Filter) link(id string) string {
	return withQuery("/inspector/"+id, f.query())
}

func (f Filter) older(id string) string {
	query := f.query()
	query.Set("before", id)
	return withQuery("/inspector", query)
}

func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// isChosen reports whether a row is of a trace that stands on the right.
func (in Inspector) isChosen(t *trace.Trace) bool {
	return t == in.Chosen || t == in.Beside
}

func rowClass(t *trace.Trace) string {
	if t.Door == "" {
		return "trace-row"
	}
	return "trace-row door-" + t.Door
}

// current is the value of aria-current for a row.
func current(chosen bool) string {
	if chosen {
		return "true"
	}
	return "false"
}

// otherDoor is the same request at the other door; empty when there is none.
func otherDoor(t *trace.Trace) string {
	return map[string]string{
		"/api/session/me": "/api/token/me", "/api/token/me": "/api/session/me",
		"/api/session/admin": "/api/token/admin", "/api/token/admin": "/api/session/admin",
	}[t.Path]
}

// repeatable reports whether the page can send a request again by itself: what
// changes nothing and needs no body.
func repeatable(t *trace.Trace) bool { return t.Method == "GET" && otherDoor(t) != "" }

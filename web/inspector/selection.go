package inspector

import (
	"net/http"
	"slices"
	"time"

	"twodoors/views/inspector"
	"twodoors/views/layout"
	"twodoors/web/edge"
	"twodoors/web/httpio"
	"twodoors/web/trace"
	"twodoors/web/trace/har"
)

// compare shows the two requests side by side that were ticked in the list, the older one first.
func (i *Inspector) compare(w http.ResponseWriter, r *http.Request) {
	ticked := r.URL.Query()["id"]
	if len(ticked) != 2 || !trace.ValidID(ticked[0]) || !trace.ValidID(ticked[1]) {
		frame := i.Page(r, "Compare", "/inspector")
		httpio.Page(w, r, http.StatusUnprocessableEntity, layout.Problem(frame, http.StatusUnprocessableEntity, "Two requests can be compared",
			"Go back, tick two requests in the list and press Compare two.", ""))
		return
	}
	httpio.See(w, "/inspector/"+ticked[1]+"?with="+ticked[0])
}

// entryWork is how long it takes to write one trace into an archive.
const entryWork = 40 * time.Microsecond

// apiHAR answers with traces of the seat as a file that other programs open: those that are named by their ids,
// or all that pass the filter.
func (i *Inspector) apiHAR(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	filter, ok := filterOf(r)
	if !ok {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusBadRequest, Detail: wrongFilter})
		return
	}
	traces, problem := i.named(r, r.URL.Query()["id"], filter)
	if problem != nil {
		httpio.Refuse(w, *problem)
		return
	}
	done, err := i.begin(w, r, time.Duration(len(traces))*entryWork)
	if err != nil {
		httpio.Refuse(w, problemOf(err))
		return
	}
	defer done()
	w.Header().Set("Content-Disposition", `attachment; filename="two-doors.har"`)
	httpio.WriteJSON(w, http.StatusOK, har.Of(traces, edge.Base(r), i.Version))
}

// named are the seat's traces of some ids, the newest first; without ids, all that pass the filter.
func (i *Inspector) named(r *http.Request, ids []string, filter inspector.Filter) ([]*trace.Trace, *httpio.Problem) {
	if len(ids) == 0 {
		all, err := i.all(r)
		if err != nil {
			problem := cannotLook(err)
			return nil, &problem
		}
		return page(all, filter, "", trace.MaxTracesPerSeat), nil
	}
	if len(ids) > trace.MaxTracesPerSeat {
		return nil, &httpio.Problem{Status: http.StatusBadRequest, Detail: "Name up to 2000 ids, or none and a filter."}
	}
	slices.Sort(ids)
	var traces []*trace.Trace
	for _, id := range slices.Compact(ids) {
		t, err := i.get(r, id)
		if err != nil {
			problem := cannotLook(err)
			return nil, &problem
		}
		if t == nil {
			return nil, &noSuchTrace
		}
		traces = append(traces, t)
	}
	slices.SortFunc(traces, func(a, b *trace.Trace) int { return b.At.Compare(a.At) })
	return traces, nil
}

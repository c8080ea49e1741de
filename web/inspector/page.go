package inspector

import (
	"net/http"
	"slices"
	"time"

	"twodoors/views/inspector"
	"twodoors/views/layout"
	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/httpio"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// rowsPerPage is how many requests are listed at once.
const rowsPerPage = 50

// list shows the seat's requests, and the newest of them in full.
func (i *Inspector) list(w http.ResponseWriter, r *http.Request) {
	i.show(w, r, nil)
}

// one shows the seat's requests, and the one that the path names in full.
func (i *Inspector) one(w http.ResponseWriter, r *http.Request) {
	if chosen := i.found(w, r, r.PathValue("trace")); chosen != nil {
		i.show(w, r, chosen)
	}
}

// line says the request that the path names in one line, for the page that has just sent it.
func (i *Inspector) line(w http.ResponseWriter, r *http.Request) {
	if chosen := i.found(w, r, r.PathValue("trace")); chosen != nil {
		httpio.Page(w, r, http.StatusOK, layout.AnswerLine(chosen))
	}
}

func (i *Inspector) show(w http.ResponseWriter, r *http.Request, chosen *trace.Trace) {
	filter, ok := filterOf(r)
	if !ok {
		filter = inspector.Filter{}
	}
	all, err := i.all(r)
	if err != nil {
		i.away(w, r, err)
		return
	}
	in := inspector.Inspector{
		Filter: filter, Servers: servers(all), Stay: chosen != nil,
		Base: edge.Base(r), Seat: seat.From(r.Context()).Value, Room: door.ClientOf(r.Context()).RoomName(),
	}
	hidden, at, err := i.Traces.Hidden(r.Context(), ownerOf(r))
	if err != nil {
		i.away(w, r, err)
		return
	}
	in.Cleared, in.UndoLeft = hidden, inspector.UndoTime-time.Since(at)
	if len(all) > 0 {
		in.Newest = all[0].Number()
	}
	in.Traces = page(all, filter, r.URL.Query().Get("before"), rowsPerPage+1)
	if len(in.Traces) > rowsPerPage {
		in.Traces = in.Traces[:rowsPerPage]
		in.Older = in.Traces[rowsPerPage-1].ID
	}
	in.Chosen = chosen
	if chosen == nil && len(in.Traces) > 0 {
		in.Chosen = in.Traces[0]
	}
	page := i.Page(r, "Inspector", "/inspector")
	in.Private = page.Private
	if in.Chosen != nil {
		in.EmbedID = i.Embeds.idOf(r, in.Chosen)
		in.InClass, in.Offered = page.Class.Name != "", slices.Contains(page.Class.Offers, in.Chosen.ID)
	}
	if id := r.URL.Query().Get("with"); id != "" && chosen != nil {
		if in.Beside = i.found(w, r, id); in.Beside == nil {
			return
		}
	}
	httpio.Page(w, r, http.StatusOK, inspector.Page(page, in))
}

// clear hides the seat's traces, and forgets them when nobody has undone that in time. It leaves none of
// its own in the list.
func (i *Inspector) clear(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	forget, err := i.Traces.Hide(r.Context(), ownerOf(r), time.Now())
	if err != nil {
		i.away(w, r, err)
		return
	}
	time.AfterFunc(inspector.UndoTime, forget)
	httpio.See(w, "/inspector")
}

// restore brings back what was cleared.
func (i *Inspector) restore(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	_, at, err := i.Traces.Hidden(r.Context(), ownerOf(r))
	if err == nil && time.Since(at) < inspector.UndoTime {
		err = i.Traces.Restore(r.Context(), ownerOf(r))
	}
	if err != nil {
		i.away(w, r, err)
		return
	}
	httpio.See(w, "/inspector")
}

// found returns a trace of the seat. Without one it has answered.
func (i *Inspector) found(w http.ResponseWriter, r *http.Request, id string) *trace.Trace {
	t, err := i.get(r, id)
	switch {
	case err != nil:
		i.away(w, r, err)
	case t == nil:
		i.notFound(w, r, "No such request",
			"Your seat has no request with that ID. Only its newest ones are kept, and those of its labs: send the request again, or open the inspector.")
	}
	return t
}

// away answers for a page whose traces cannot be read.
func (i *Inspector) away(w http.ResponseWriter, r *http.Request, err error) {
	problem := cannotLook(err)
	frame := i.Page(r, "Away", "/inspector")
	httpio.Page(w, r, problem.Status, layout.Problem(frame, problem.Status, "Not now", problem.Detail, ""))
}

func (i *Inspector) notFound(w http.ResponseWriter, r *http.Request, title, detail string) {
	frame := i.Page(r, "Not found", "/inspector")
	httpio.Page(w, r, http.StatusNotFound, layout.Problem(frame, http.StatusNotFound, title, detail, ""))
}

// servers lists the numbers of the servers that answered, ascending.
func servers(traces []*trace.Trace) []int {
	var numbers []int
	for _, t := range traces {
		if t.Server > 0 && !slices.Contains(numbers, t.Server) {
			numbers = append(numbers, t.Server)
		}
	}
	slices.Sort(numbers)
	return numbers
}

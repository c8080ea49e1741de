package inspector

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"

	"twodoors/data"
	"twodoors/views/inspector"
	"twodoors/views/layout"
	"twodoors/web/edge"
	"twodoors/web/httpio"
	"twodoors/web/trace"
)

// framePolicy lets pages of every site frame the page. * leaves out files, as slides may be, so these are named. There
// is nothing to press: no link, no form, no script.
const framePolicy = "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors * file:"

// embedded shows a copy of a trace to whoever has its id. The request has no cookie and no seat.
func (i *Inspector) embedded(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", framePolicy)
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex")
	frame := inspector.EmbedFrame{Static: i.Static, Theme: r.URL.Query().Get("theme")}
	if !oneOf(frame.Theme, "", "light", "dark") {
		frame.Theme = ""
	}
	t, err := i.Embeds.get(r.Context(), r.PathValue("id"))
	switch {
	case err != nil:
		problem := cannotLook(err)
		httpio.Page(w, r, problem.Status, inspector.EmbedMissing(frame, problem.Detail))
	case t == nil:
		httpio.Page(w, r, http.StatusNotFound, inspector.EmbedMissing(frame, "There is no request here. Its owner may have taken it back."))
	default:
		httpio.Page(w, r, http.StatusOK, inspector.Embedded(frame, t))
	}
}

// embedForm gives out a copy of a trace, and goes back to where that was pressed.
func (i *Inspector) embedForm(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	t := i.found(w, r, r.PathValue("trace"))
	if t == nil {
		return
	}
	if _, err := i.Embeds.add(r, t); err != nil {
		i.problemPage(w, r, err)
		return
	}
	httpio.See(w, "/inspector/"+t.ID+"#share")
}

// takeBackForm takes a copy back, and goes to the trace that it was of or to the list of copies.
func (i *Inspector) takeBackForm(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	if err := httpio.ReadForm(r); err != nil {
		i.problemPage(w, r, err)
		return
	}
	had, err := i.Embeds.remove(r, r.PathValue("id"))
	switch back := r.PostForm.Get("back"); {
	case err != nil:
		i.problemPage(w, r, err)
	case !had:
		i.notFound(w, r, "No such embedded request", "Your seat has embedded no request with that id, or has taken it back already.")
	case trace.ValidID(back):
		httpio.See(w, "/inspector/"+back+"#share")
	default:
		httpio.See(w, "/inspector/embeds")
	}
}

// embedList shows what the seat has embedded.
func (i *Inspector) embedList(w http.ResponseWriter, r *http.Request) {
	given, err := i.embedsOf(r)
	if err != nil {
		i.problemPage(w, r, err)
		return
	}
	httpio.Page(w, r, http.StatusOK, inspector.EmbedList(i.Page(r, "Embedded requests", "/inspector"), given))
}

func (i *Inspector) embedsOf(r *http.Request) ([]inspector.Embed, error) {
	rows, err := i.Embeds.table.Of(r.Context(), ownerOf(r), i.Embeds.now())
	given := make([]inspector.Embed, 0, len(rows))
	for _, row := range rows {
		t, unreadable := read(row.Record)
		if unreadable != nil { // it can be taken back all the same
			slog.Error("an embedded trace cannot be read", "embed", row.ID, "err", unreadable)
		}
		given = append(given, inspector.Embed{ID: row.ID, URL: embedURL(r, row.ID), Made: row.Made, Trace: t})
	}
	return given, err
}

func embedURL(r *http.Request, id string) string { return edge.Base(r) + "/embed/" + id }

// problemPage says why nothing came of a form.
func (i *Inspector) problemPage(w http.ResponseWriter, r *http.Request, err error) {
	problem := embedProblem(err)
	title := http.StatusText(problem.Status)
	httpio.Page(w, r, problem.Status, layout.Problem(i.Page(r, title, "/inspector"), problem.Status, title, problem.Detail, ""))
}

func embedProblem(err error) httpio.Problem {
	if fault, ok := errors.AsType[*httpio.Fault](err); ok {
		return httpio.Problem{Status: fault.Status, Detail: fault.Detail}
	}
	slog.Error("embedded traces cannot be read or changed", "err", err)
	return httpio.Problem{Status: http.StatusServiceUnavailable,
		Detail: cmp.Or(data.KindOf(err).Sentence(), "The embedded traces cannot be read or changed right now. The log says why; try again in a second.")}
}

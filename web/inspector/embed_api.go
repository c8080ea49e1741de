package inspector

import (
	"net/http"

	"twodoors/views/layout"
	"twodoors/web/httpio"
	"twodoors/web/trace"
)

// embedAnswer is a copy of a trace, as the API tells it.
type embedAnswer struct {
	ID    string `json:"id"`
	URL   string `json:"url"`   // what a slide frames
	Trace string `json:"trace"` // id of the one that was copied
	Made  string `json:"made,omitzero"`
}

// apiEmbed gives out a copy of a trace.
func (i *Inspector) apiEmbed(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	t, err := i.get(r, r.PathValue("trace"))
	switch {
	case err != nil:
		httpio.Refuse(w, cannotLook(err))
		return
	case t == nil:
		httpio.Refuse(w, noSuchTrace)
		return
	}
	id, err := i.Embeds.add(r, t)
	if err != nil {
		httpio.Refuse(w, embedProblem(err))
		return
	}
	httpio.WriteJSON(w, http.StatusCreated, embedAnswer{ID: id, URL: embedURL(r, id), Trace: t.ID})
}

// apiEmbeds lists what the seat has embedded, the newest first.
func (i *Inspector) apiEmbeds(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	given, err := i.embedsOf(r)
	if err != nil {
		httpio.Refuse(w, embedProblem(err))
		return
	}
	answer := make([]embedAnswer, 0, len(given))
	for _, one := range given {
		answer = append(answer, embedAnswer{ID: one.ID, URL: one.URL, Trace: one.Trace.ID, Made: layout.Stamp(one.Made)})
	}
	httpio.WriteJSON(w, http.StatusOK, answer)
}

// apiTakeBack takes a copy back. Another seat's is as unknown as one that never was.
func (i *Inspector) apiTakeBack(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	had, err := i.Embeds.remove(r, r.PathValue("id"))
	switch {
	case err != nil:
		httpio.Refuse(w, embedProblem(err))
	case !had:
		httpio.Refuse(w, httpio.Problem{Status: http.StatusNotFound, Detail: "This seat has embedded no trace under that id. GET /api/embeds lists those that it has."})
	default:
		httpio.Empty(w, http.StatusNoContent)
	}
}

package classroom

import (
	"net/http"
	"time"

	views "twodoors/views/class"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/trace/tell"
)

// ShowPerson is what one person sees, beside the board or as a page.
func (h *Handlers) ShowPerson(w http.ResponseWriter, r *http.Request) {
	sight, err := h.Class.Look(r.Context(), r.PathValue("id"))
	if err != nil {
		problem := reply.ProblemOf(r.Context(), err)
		h.ErrorPage(w, r, problem.Status, problem.Detail)
		return
	}
	side := views.Side{Class: h.Class.Current(), Labs: h.Class.Labs.All, Sight: &sight}
	side.Row, _ = h.Class.Row(sight.ID)
	httpio.Page(w, r, http.StatusOK, views.PersonPage(h.Page(r, sight.Name, active), side))
}

// seen is a person as the API tells of them.
type seen struct {
	ID       string                   `json:"id"`
	Name     string                   `json:"name"`
	Joined   time.Time                `json:"joined_at"`
	Room     string                   `json:"room,omitempty"`
	Journal  []string                 `json:"journal"`
	Progress map[string]*lab.Progress `json:"progress"`
	Traces   []tell.Told              `json:"traces"`
}

// Person answers GET /api/class/people/{id}.
func (h *Handlers) Person(w http.ResponseWriter, r *http.Request) {
	sight, err := h.Class.Look(r.Context(), r.PathValue("id"))
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	told := seen{ID: sight.ID, Name: sight.Name, Joined: sight.Joined, Room: sight.Room, Journal: sight.Journal, Progress: sight.Progress, Traces: []tell.Told{}}
	for _, t := range sight.Traces {
		told.Traces = append(told.Traces, tell.Tell(t))
	}
	httpio.WriteJSON(w, http.StatusOK, told)
}

// Remove answers DELETE /api/class/people/{id}.
func (h *Handlers) Remove(w http.ResponseWriter, r *http.Request) {
	h.answer(w, r, h.Class.Remove(r.Context(), r.PathValue("id")))
}

// RemoveForm removes a person by a form of the board.
func (h *Handlers) RemoveForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, "/class", func() error { return h.Class.Remove(r.Context(), r.PathValue("id")) })
}

// LetIn answers POST /api/class/people/{id}/word: the word that lets a person in again.
func (h *Handlers) LetIn(w http.ResponseWriter, r *http.Request) {
	_, word, err := h.Class.LetIn(r.PathValue("id"))
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, struct {
		Word string `json:"word"`
	}{word})
}

// LetInForm shows the word that lets a person in again.
func (h *Handlers) LetInForm(w http.ResponseWriter, r *http.Request) {
	p, word, err := h.Class.LetIn(r.PathValue("id"))
	if err != nil {
		problem := reply.ProblemOf(r.Context(), err)
		h.show(w, r, problem.Status, problem.Detail)
		return
	}
	httpio.Page(w, r, http.StatusOK, views.WordPage(h.Page(r, "Come in again", active), p.Name, word))
}

// DeleteClass answers DELETE /api/class/{id}: a class that is closed is deleted.
func (h *Handlers) DeleteClass(w http.ResponseWriter, r *http.Request) {
	h.answer(w, r, h.Class.Delete(r.Context(), r.PathValue("id")))
}

// DeleteForm deletes a class by a form.
func (h *Handlers) DeleteForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, "/class", func() error { return h.Class.Delete(r.Context(), r.PathValue("id")) })
}

package labs

import (
	"net/http"

	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/lab"
)

// Do does what a request of the API asks for, and answers with the progress.
func (h *Handlers) Do(do Act) func(http.ResponseWriter, *http.Request, *lab.Lab) {
	return func(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
		if r.ContentLength != 0 {
			if err := httpio.ReadJSON(r, &struct{}{}); err != nil {
				reply.Refuse(w, r, err)
				return
			}
		}
		if err := do(r, l); err != nil {
			reply.Refuse(w, r, err)
			return
		}
		h.One(w, r, l)
	}
}

// labState is a lab as the API tells it.
type labState struct {
	Name     string        `json:"name"`
	Question string        `json:"question"`
	Tasks    int           `json:"tasks"`
	Progress *lab.Progress `json:"progress"` // null before it was begun
}

// One answers with one lab, as far as the seat has come.
func (h *Handlers) One(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	all, err := h.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, labState{l.Name, l.Question, len(l.Tasks), all[l.Name]})
}

// All answers with all of them.
func (h *Handlers) All(w http.ResponseWriter, r *http.Request) {
	all, err := h.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	labs := []labState{}
	for _, l := range h.Labs.All {
		labs = append(labs, labState{l.Name, l.Question, len(l.Tasks), all[l.Name]})
	}
	httpio.WriteJSON(w, http.StatusOK, labs)
}

// Record answers with the signed record of a finished lab.
func (h *Handlers) Record(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	all, err := h.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	p := all[l.Name]
	if p == nil || p.Finished.IsZero() {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "This lab is not finished. Complete its tasks, then ask for the record again."})
		return
	}
	file, err := lab.NewRecord(h.Version, reply.Seat(r), l, p).Sign(h.Records)
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(file)
}

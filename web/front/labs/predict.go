package labs

import (
	"net/http"
	"strconv"

	"twodoors/views/labs"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/lab"
)

// Predict answers POST /api/labs/{name}/predict: {"task": 2, "answer": "token"}.
func (h *Handlers) Predict(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	var asked struct {
		Task   int    `json:"task"`
		Answer string `json:"answer"`
	}
	err := httpio.ReadJSON(r, &asked)
	if err == nil {
		err = h.Labs.Predict(r.Context(), reply.Seat(r), l, asked.Task, asked.Answer)
	}
	h.oneOr(w, r, l, err)
}

// OpenHint answers POST /api/labs/{name}/hint: {"task": 2, "hint": 1}.
func (h *Handlers) OpenHint(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	var asked struct {
		Task int `json:"task"`
		Hint int `json:"hint"`
	}
	err := httpio.ReadJSON(r, &asked)
	if err == nil {
		err = h.Labs.OpenHint(r.Context(), reply.Seat(r), l, asked.Task, asked.Hint)
	}
	h.oneOr(w, r, l, err)
}

// oneOr answers with the lab, unless something was wrong.
func (h *Handlers) oneOr(w http.ResponseWriter, r *http.Request, l *lab.Lab, err error) {
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	h.One(w, r, l)
}

// PredictForm keeps a prediction for a browser that runs no scripts. The page that it shows carries on what the forms
// of the page before carried.
func (h *Handlers) PredictForm(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	err := httpio.ReadForm(r)
	if err == nil {
		task, _ := strconv.Atoi(r.PostForm.Get("task")) // 0 is no task
		err = h.Labs.Predict(r.Context(), reply.Seat(r), l, task, r.PostForm.Get("answer"))
	}
	status, fault := http.StatusOK, ""
	if err != nil {
		problem := reply.ProblemOf(r.Context(), err)
		status, fault = problem.Status, problem.Detail
	}
	h.showWith(w, r, l, status, func(page *labs.Lab) { page.Fault, page.Carried = fault, carried(r, l) })
}

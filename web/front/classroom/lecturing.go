package classroom

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"twodoors/web/class"
	"twodoors/web/httpio"
)

// Order is something that the lecturer asks for, in the form of a page or as JSON of the API. Both read into the
// same value.
type Order[T any] struct {
	h      *Handlers
	fields func(url.Values) (T, error)
	do     func(context.Context, T) error
	bare   bool // it has nothing to say, so the API needs no body
}

// Form does it by a form of the board.
func (o Order[T]) Form(w http.ResponseWriter, r *http.Request) {
	o.h.byForm(w, r, "/class", func() error {
		asked, err := o.fields(r.PostForm)
		if err == nil {
			err = o.do(r.Context(), asked)
		}
		return err
	})
}

// API does it by the API.
func (o Order[T]) API(w http.ResponseWriter, r *http.Request) {
	var asked T
	var err error
	if r.ContentLength != 0 || !o.bare {
		err = httpio.ReadJSON(r, &asked)
	}
	if err == nil {
		err = o.do(r.Context(), asked)
	}
	o.h.answer(w, r, err)
}

// Opening is a class that begins: a new one under a name, or one that is kept.
type Opening struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// Open opens a class, a new one or one that was closed.
func (h *Handlers) Open() Order[Opening] {
	return Order[Opening]{h: h, fields: func(form url.Values) (Opening, error) {
		return Opening{Name: form.Get("name"), ID: form.Get("id")}, nil
	}, do: func(ctx context.Context, asked Opening) error {
		if asked.ID != "" {
			return h.Class.Reopen(ctx, asked.ID)
		}
		return h.Class.Begin(ctx, asked.Name)
	}}
}

// Close closes the class.
func (h *Handlers) Close() Order[struct{}] {
	return Order[struct{}]{
		h: h, bare: true, fields: func(url.Values) (none struct{}, err error) { return none, nil },
		do: func(ctx context.Context, _ struct{}) error { return h.Class.End(ctx) },
	}
}

// Steps changes what is released.
func (h *Handlers) Steps() Order[class.StepsChange] {
	return Order[class.StepsChange]{h: h, fields: stepsOf, do: h.Class.SetSteps}
}

var errNumber = &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: "Enter a whole number."}

func stepsOf(form url.Values) (change class.StepsChange, err error) {
	for field, to := range map[string]**int{
		"open_to": &change.OpenTo, "minutes": &change.Minutes, "stuck_after": &change.StuckAfter, "active_within": &change.ActiveFor,
	} {
		if !form.Has(field) {
			continue
		}
		n, failed := strconv.Atoi(form.Get(field))
		if failed != nil {
			return change, errNumber
		}
		*to = &n
	}
	for field, to := range map[string]**bool{"paused": &change.Paused, "hold_answers": &change.HoldAnswers} {
		if form.Has(field) {
			on := form.Get(field) == "true"
			*to = &on
		}
	}
	return change, nil
}

// Asking is what the lecturer does with questions: asks one, or lets the one that is asked end.
type Asking struct {
	Lab  string `json:"lab"`
	Task int    `json:"task"` // counted from 1
	End  bool   `json:"end"`
}

// Ask asks the class.
func (h *Handlers) Ask() Order[Asking] {
	return Order[Asking]{h: h, fields: func(form url.Values) (Asking, error) {
		if form.Get("end") == "true" {
			return Asking{End: true}, nil
		}
		name, number := splitQuestion(form.Get("question"))
		return Asking{Lab: name, Task: number}, nil
	}, do: func(ctx context.Context, asked Asking) error {
		if asked.End {
			return h.Class.EndQuestion(ctx)
		}
		return h.Class.Ask(ctx, asked.Lab, asked.Task)
	}}
}

// Everywhere is what is done in every room.
type Everywhere struct {
	Do string `json:"do"` // "crash"
}

var errNotKnown = &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: "do must be crash: that is what can be done in every room."}

// DoEverywhere does something in the room of everybody in the class.
func (h *Handlers) DoEverywhere() Order[Everywhere] {
	return Order[Everywhere]{h: h, fields: func(form url.Values) (Everywhere, error) {
		return Everywhere{form.Get("do")}, nil
	}, do: func(ctx context.Context, asked Everywhere) error {
		if asked.Do != "crash" {
			return errNotKnown
		}
		_, err := h.Class.CrashEverywhere(ctx)
		return err
	}}
}

// Wall changes what the wall shows.
func (h *Handlers) Wall() Order[class.Shown] {
	return Order[class.Shown]{h: h, fields: func(form url.Values) (class.Shown, error) {
		return class.Shown{Person: form.Get("person"), Trace: form.Get("trace"), Question: form.Get("question") == "true"}, nil
	}, do: h.Class.Show}
}

// splitQuestion reads the value of the board's list of questions: "restart 2".
func splitQuestion(value string) (name string, task int) {
	for i := range value {
		if value[i] == ' ' {
			task, _ = strconv.Atoi(value[i+1:]) // 0 is no task
			return value[:i], task
		}
	}
	return value, 0
}

package classroom

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/inspector"
	"twodoors/web/seat"
)

// JoinForm joins the class by the form of its page.
func (h *Handlers) JoinForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, "/class/join", func() error { return h.join(w, r, r.PostForm.Get("name")) })
}

// Join answers POST /api/class/join: {"name"}.
func (h *Handlers) Join(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Name string `json:"name"`
	}
	err := httpio.ReadJSON(r, &asked)
	if err == nil {
		err = h.join(w, r, asked.Name)
	}
	h.answer(w, r, err)
}

// join joins the class. Somebody who was in an earlier class gets a new seat, so that nothing of that is in the way.
func (h *Handlers) join(w http.ResponseWriter, r *http.Request, name string) error {
	if err := inspector.NeedSeat(r, "A class"); err != nil {
		return err
	}
	before := seatOf(r)
	now, err := h.Class.Join(r.Context(), before, name)
	if err == nil && now.Value != before.Value {
		giveSeat(w, r, now)
	}
	return err
}

// giveSeat has the browser take part as another seat from now on. A terminal finds it in the cookie of the answer.
func giveSeat(w http.ResponseWriter, r *http.Request, s seat.Seat) {
	http.SetCookie(w, seat.Cookie(s, door.ClientOf(r.Context()).Secure))
}

// LeaveForm leaves the class by a form.
func (h *Handlers) LeaveForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, "/class/join", func() error { return h.Class.Leave(r.Context(), reply.Seat(r)) })
}

// Leave answers DELETE /api/class/join.
func (h *Handlers) Leave(w http.ResponseWriter, r *http.Request) {
	h.answer(w, r, h.Class.Leave(r.Context(), reply.Seat(r)))
}

// RejoinForm lets somebody in again by a form.
func (h *Handlers) RejoinForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, "/class/join", func() error { return h.rejoin(w, r, r.PostForm.Get("word")) })
}

// Rejoin answers POST /api/class/rejoin: {"word"}.
func (h *Handlers) Rejoin(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Word string `json:"word"`
	}
	err := httpio.ReadJSON(r, &asked)
	if err == nil {
		err = h.rejoin(w, r, asked.Word)
	}
	h.answer(w, r, err)
}

func (h *Handlers) rejoin(w http.ResponseWriter, r *http.Request, word string) error {
	found, err := h.Class.Rejoin(word, door.ClientOf(r.Context()).Network())
	if err == nil {
		giveSeat(w, r, found)
	}
	return err
}

// AnswerForm answers the question that is asked by a form. The page that it stands on is shown again.
func (h *Handlers) AnswerForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, "/class/join", func() error { return h.Class.Answer(r.Context(), reply.Seat(r), r.PostForm.Get("answer")) })
}

// Answer answers POST /api/class/answer: {"answer"}.
func (h *Handlers) Answer(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Answer string `json:"answer"`
	}
	err := httpio.ReadJSON(r, &asked)
	if err == nil {
		err = h.Class.Answer(r.Context(), reply.Seat(r), asked.Answer)
	}
	h.answer(w, r, err)
}

// OfferForm offers a trace for the wall by a form of the inspector.
func (h *Handlers) OfferForm(w http.ResponseWriter, r *http.Request) {
	err := httpio.ReadForm(r)
	id := r.PostForm.Get("trace")
	if err == nil {
		err = h.Class.Offer(r.Context(), reply.Seat(r), id, r.PostForm.Get("named") == "on")
	}
	if err != nil {
		problem := reply.ProblemOf(r.Context(), err)
		h.ErrorPage(w, r, problem.Status, problem.Detail)
		return
	}
	httpio.See(w, "/inspector/"+id)
}

// Offer answers POST /api/class/offer: {"trace", "named"}.
func (h *Handlers) Offer(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Trace string `json:"trace"`
		Named bool   `json:"named"`
	}
	err := httpio.ReadJSON(r, &asked)
	if err == nil {
		err = h.Class.Offer(r.Context(), reply.Seat(r), asked.Trace, asked.Named)
	}
	h.answer(w, r, err)
}

// PasscodeForm lets the lecturer in.
func (h *Handlers) PasscodeForm(w http.ResponseWriter, r *http.Request) {
	h.byForm(w, r, "/class", func() error { return h.Passcode.Enter(w, r, r.PostForm.Get("passcode")) })
}

// answer answers a request of the API that has no answer but whether it was done.
func (h *Handlers) answer(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.Empty(w, http.StatusNoContent)
}

// byForm does what a form asks for, and leads to a page. What cannot be done is said on the page of the class.
func (h *Handlers) byForm(w http.ResponseWriter, r *http.Request, place string, do func() error) {
	err := httpio.ReadForm(r)
	if err == nil {
		err = do()
	}
	switch {
	case err == nil && reply.WantsPage(r):
		httpio.See(w, place)
	case err == nil:
		httpio.Empty(w, http.StatusNoContent)
	case !reply.WantsPage(r):
		reply.Refuse(w, r, err)
	default:
		problem := reply.ProblemOf(r.Context(), err)
		if place == "/class" {
			h.show(w, r, problem.Status, problem.Detail)
			return
		}
		h.showJoin(w, r, problem.Status, problem.Detail)
	}
}

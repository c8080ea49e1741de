package labs

import (
	"maps"
	"net/http"
	"regexp"
	"strconv"

	"twodoors/views/labs"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
)

// Press does what a button of a task is for, for a browser that runs no scripts, and shows what came of it. What the
// answers hand out goes back to the browser: cookies as cookies, everything else in the forms of the page.
func (h *Handlers) Press(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	err := httpio.ReadForm(r)
	if err != nil {
		h.showFault(w, r, l, err)
		return
	}
	task, act, err := h.pressed(r, l)
	if err != nil {
		h.showFault(w, r, l, err)
		return
	}
	press := &lab.Press{Entry: h.Entry, Visitor: r, Writer: w, Variables: variables(r), Kept: carried(r, l)}
	maps.Copy(press.Variables, press.Kept)
	answered := &labs.Answered{Task: task}
	if err := press.Do(act); err != nil {
		answered.Fault = "Not all requests could be sent. Press again."
	}
	for _, cookie := range press.Cookies {
		http.SetCookie(w, cookie)
	}
	for _, reply := range press.Replies {
		answered.Lines = append(answered.Lines, labs.Line{Reply: reply, Trace: h.Traces.Get(seat.From(r.Context()).Name(), reply.Trace)})
	}
	h.showWith(w, r, l, http.StatusOK, func(page *labs.Lab) { page.Answered, page.Carried = answered, press.Kept })
}

var errNoButton = &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: "This lab has no such button. Reload its page."}

// pressed finds the button that a form is of.
func (h *Handlers) pressed(r *http.Request, l *lab.Lab) (task int, act lab.Act, err error) {
	if !h.Labs.InLab(r.Context(), reply.Seat(r), l.Name) {
		return 0, act, &httpio.Fault{Status: http.StatusConflict, Detail: "You are not in this lab. Begin it first."}
	}
	task, err = strconv.Atoi(r.PostForm.Get("task"))
	n, notNumber := strconv.Atoi(r.PostForm.Get("act"))
	if err != nil || notNumber != nil || task < 0 || task >= len(l.Tasks) || n < 0 || n >= len(l.Tasks[task].Acts) {
		return 0, act, errNoButton
	}
	act = l.Tasks[task].Acts[n]
	if act.TakesScript() {
		return 0, act, &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: "This button needs JavaScript. The command below it does the same in a terminal."}
	}
	return task, act, nil
}

// plain is a value that means nothing but itself in a path, in a header and in JSON.
var plain = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]+$`)

// carried are the variables that the forms of a lab's page bring back.
func carried(r *http.Request, l *lab.Lab) map[string]string {
	brought := map[string]string{}
	for _, task := range l.Tasks {
		for _, act := range task.Acts {
			for _, call := range act.Calls {
				for name := range call.Keep {
					if value := r.PostForm.Get(name); plain.MatchString(value) {
						brought[name] = value
					}
				}
			}
		}
	}
	return brought
}

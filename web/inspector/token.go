package inspector

import (
	"errors"
	"net/http"
	"time"

	"twodoors/web/httpio"
	"twodoors/web/jwtinspect"
	"twodoors/web/token"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// apiToken decodes and verifies any token, and keeps nothing of it: neither the body of a
// request nor its answer is in a trace or in a log.
func (i *Inspector) apiToken(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	var asked struct {
		Token      string          `json:"token"`
		Key        *jwtinspect.Key `json:"key"`
		Algorithms []string        `json:"algorithms"`
	}
	if err := httpio.ReadJSON(r, &asked); err != nil {
		refuse(w, err)
		return
	}
	done, err := i.begin(w, r, jwtinspect.Work(asked.Token, asked.Key))
	if err != nil {
		httpio.Refuse(w, problemOf(err))
		return
	}
	defer done()
	report := jwtinspect.Inspect(asked.Token, asked.Key, jwtinspect.Expectations{Algorithms: asked.Algorithms, Door: i.door(r)}, i.now())
	httpio.WriteJSON(w, http.StatusOK, report)
}

// costly is the work from which on a request waits for a turn. Nearly all tokens take less than a
// tenth of it.
const costly = 10 * time.Millisecond

// begin waits until work may be done, which is at once when there is little of it. Its
// error is a *turns.Refusal, or that of a visitor who has gone.
func (i *Inspector) begin(w http.ResponseWriter, r *http.Request, work time.Duration) (done func(), err error) {
	if work < costly {
		return func() {}, nil
	}
	return i.Turns.Begin(w, r, turns.Of(work))
}

// problemOf is the answer to a request for which nothing was computed.
func problemOf(err error) httpio.Problem {
	if refusal, ok := errors.AsType[*turns.Refusal](err); ok {
		return refusal.Problem()
	}
	panic(http.ErrAbortHandler) // the visitor is gone
}

func refuse(w http.ResponseWriter, err error) {
	problem := httpio.Problem{Status: http.StatusBadRequest, Detail: "The request cannot be read. Send it again."}
	if fault, ok := errors.AsType[*httpio.Fault](err); ok {
		problem.Status, problem.Detail = fault.Status, fault.Detail
	}
	httpio.Refuse(w, problem)
}

// door is the issuer that a door of the room takes tokens of.
func (i *Inspector) door(r *http.Request) token.Issuer {
	if i.Issuer == nil {
		return token.Issuer{}
	}
	return i.Issuer(r.Context())
}

func (i *Inspector) now() time.Time {
	if i.Now == nil {
		return time.Now()
	}
	return i.Now()
}

package inspector

import (
	"errors"
	"net/http"
	"time"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/jwtinspect"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// apiToken takes any token apart, and keeps nothing of it: neither the body of a
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
	done, err := i.begin(r, jwtinspect.Work(asked.Token, asked.Key))
	if err != nil {
		tooMuch(w, err)
		return
	}
	defer done()
	report := jwtinspect.Inspect(asked.Token, asked.Key, jwtinspect.Expectations{Algorithms: asked.Algorithms}, i.now())
	httpio.WriteJSON(w, http.StatusOK, report)
}

func tooMuch(w http.ResponseWriter, err error) {
	httpio.Refuse(w, httpio.Problem{Status: http.StatusTooManyRequests, Detail: err.Error(), RetryAfter: turns.RetryAfter})
}

// costly is from when on work waits for its turn. Nearly all tokens take less than a
// tenth of it.
const costly = 10 * time.Millisecond

// begin waits until work may be done, which is at once when there is little of it. Its
// error is a sentence.
func (i *Inspector) begin(r *http.Request, work time.Duration) (done func(), err error) {
	if work < costly || i.Costly == nil {
		return func() {}, nil
	}
	return i.Costly.Turn(r.Context(), turns.Of(door.ClientOf(r.Context()), true))
}

func refuse(w http.ResponseWriter, err error) {
	problem := httpio.Problem{Status: http.StatusBadRequest, Detail: "The request cannot be read. Send it again."}
	if fault, ok := errors.AsType[*httpio.Fault](err); ok {
		problem.Status, problem.Detail = fault.Status, fault.Detail
	}
	httpio.Refuse(w, problem)
}

func (i *Inspector) now() time.Time {
	if i.Now == nil {
		return time.Now()
	}
	return i.Now()
}

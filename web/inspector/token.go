package inspector

import (
	"errors"
	"net/http"
	"time"

	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/token/inspect"
	"twodoors/web/trace"
)

// apiToken takes any token apart, and keeps nothing of it: neither the body of a
// request nor its answer is in a trace or in a log.
func (i *Inspector) apiToken(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	var asked struct {
		Token      string       `json:"token"`
		Key        *inspect.Key `json:"key"`
		Algorithms []string     `json:"algorithms"`
	}
	if err := request.JSON(r, &asked); err != nil {
		refuse(w, err)
		return
	}
	report := inspect.Inspect(asked.Token, asked.Key, inspect.Expectations{Algorithms: asked.Algorithms}, i.now())
	response.JSON(w, http.StatusOK, report)
}

func refuse(w http.ResponseWriter, err error) {
	problem := response.Problem{Status: http.StatusBadRequest, Detail: "The request cannot be read. Send it again."}
	if fault, ok := errors.AsType[*request.Fault](err); ok {
		problem.Status, problem.Detail = fault.Status, fault.Detail
	}
	response.Refuse(w, problem)
}

func (i *Inspector) now() time.Time {
	if i.Now == nil {
		return time.Now()
	}
	return i.Now()
}

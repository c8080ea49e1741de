package edge

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"

	"twodoors/web/response"
	"twodoors/web/trace"
)

// answer is a ResponseWriter that finishes the request's trace just before the
// first byte of the answer leaves: whoever has the answer can have its trace.
type answer struct {
	http.ResponseWriter
	request *http.Request
	trace   *trace.Trace
	to      destination
	begun   bool
}

// destination is where a finished trace goes.
type destination interface {
	deliver(header http.Header, t *trace.Trace)
}

func (a *answer) WriteHeader(status int) {
	if !a.begun && status >= 200 {
		a.begun = true
		protectPage(a.Header())
		body, _ := strconv.Atoi(a.Header().Get("Content-Length"))
		a.trace.Finish(status, trace.RequestBytes(a.request), trace.ResponseBytes(status, a.Header(), body))
		a.to.deliver(a.Header(), a.trace)
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// recoverFrom answers a request whose handler panicked, if nothing was sent yet.
func recoverFrom(a *answer) {
	fault := recover()
	if fault == nil {
		return
	}
	if fault == http.ErrAbortHandler {
		panic(fault)
	}
	slog.ErrorContext(a.request.Context(), "panic", "path", a.request.URL.Path, "trace", a.trace.ID, "fault", fault, "stack", string(debug.Stack()))
	if !a.begun {
		response.Refuse(a, response.Problem{Status: http.StatusInternalServerError, Detail: "Something in Two Doors broke. Its log says what; try again."})
	}
}

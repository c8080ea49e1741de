package edge

import (
	"net/http"
	"strconv"

	"twodoors/web/trace"
)

// answer is a ResponseWriter that finishes the request's trace just before the
// first byte of the answer leaves: whoever has the answer can have its trace.
type answer struct {
	http.ResponseWriter
	request *http.Request
	trace   *trace.Trace
	deliver func(http.Header, *trace.Trace)
	begun   bool
}

func (a *answer) WriteHeader(status int) {
	if !a.begun && status >= 200 {
		a.begun = true
		protectPage(a.Header())
		body, _ := strconv.Atoi(a.Header().Get("Content-Length"))
		a.trace.Finish(status, trace.RequestBytes(a.request), trace.ResponseBytes(status, a.Header(), body))
		a.deliver(a.Header(), a.trace)
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

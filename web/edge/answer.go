package edge

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"twodoors/web/httpio"
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
		switch pattern := a.request.Pattern; {
		case pattern != "" && (status == http.StatusNotFound || status == http.StatusMethodNotAllowed):
			a.trace.Path = knownPath(a.request)
		case pattern == "" || pattern == "/":
			a.trace.Path = plainPath(a.request.URL.Path)
		}
		body, _ := strconv.Atoi(a.Header().Get("Content-Length"))
		a.trace.Finish(status, trace.RequestBytes(a.request), trace.ResponseBytes(status, a.Header(), body))
		a.to.deliver(a.Header(), a.trace)
	}
	a.ResponseWriter.WriteHeader(status)
}

// knownPath is what a trace says of the path of a request that found nothing: what our
// routes name of it. The rest is what somebody typed, and may be anything.
func knownPath(r *http.Request) string {
	path := r.Pattern[strings.Index(r.Pattern, " ")+1:] // without the method, if it has one
	if strings.HasSuffix(path, "/") {
		path += "…"
	}
	return path
}

// maxSegment is as long as the segments of our routes are, and shorter than any credential.
const maxSegment = 16

// plainPath is what a trace says of a path that no route was found for: as far as its segments look like those of our
// routes.
func plainPath(path string) string {
	kept := ""
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if len(segment) > maxSegment || strings.Trim(segment, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "" {
			return kept + "/…"
		}
		kept += "/" + segment
	}
	return kept
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
	slog.ErrorContext(a.request.Context(), "panic", "route", a.request.Pattern, "fault", fault, "stack", string(debug.Stack()))
	if !a.begun {
		httpio.Refuse(a, httpio.Problem{Status: http.StatusInternalServerError, Detail: "Something went wrong inside Two Doors. The log says what; try again."})
	}
}

// policy allows what this site serves itself, and nothing else: no script or
// style within a page, no frame around it, no form to elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

// protection is a header that is the same in every answer that has it.
type protection struct {
	name  string
	value []string
}

var (
	// everywhere is what every answer has.
	everywhere = []protection{
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	}
	// onPages is what only a document can be protected by.
	onPages = []protection{
		{"Content-Security-Policy", []string{policy}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Referrer-Policy", []string{"same-origin"}},
	}
	strictTransport = []string{"max-age=31536000"}
)

func protect(header http.Header, secure bool) {
	for _, p := range everywhere {
		header[p.name] = p.value
	}
	if secure {
		header["Strict-Transport-Security"] = strictTransport
	}
}

func protectPage(header http.Header) {
	if !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		return
	}
	for _, p := range onPages {
		if header[p.name] == nil { // the pages of one lab have a policy of their own (docs/security.md)
			header[p.name] = p.value
		}
	}
}

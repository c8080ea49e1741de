package httpio

import (
	"bytes"
	"compress/gzip"
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json"
)

// Problem is an error as the API tells it (RFC 9457).
type Problem struct {
	Title      string        `json:"title"`           // of the status
	Status     int           `json:"status"`          // as in the answer's first line
	Detail     string        `json:"detail"`          // one sentence that says what to do
	Trace      string        `json:"trace,omitempty"` // the trace's id
	State      string        `json:"state,omitempty"` // of what was asked, when that is why
	Before     int           `json:"before,omitzero"` // how many requests wait before this one, where it got no turn
	RetryAfter time.Duration `json:"-"`               // sent as the header of that name when it is not 0
}

// bodies are what answers are written into before they are sent.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func emptyBody() *bytes.Buffer {
	body := bodies.Get().(*bytes.Buffer)
	body.Reset()
	return body
}

// WriteJSON answers with a value.
func WriteJSON(w http.ResponseWriter, status int, value any) {
	body := emptyBody()
	defer bodies.Put(body)
	if err := json.MarshalWrite(body, value, json.Deterministic(true)); err != nil {
		slog.Error("response cannot be written as JSON", "err", err)
		status = http.StatusInternalServerError
		body.Reset()
		body.WriteString("{}")
	}
	body.WriteByte('\n')
	send(w, status, typeJSON, body.Bytes())
}

// Refuse answers with a problem. The trace's id is the one that the answer's
// header Trace-Id has.
func Refuse(w http.ResponseWriter, p Problem) {
	p.Title = http.StatusText(p.Status)
	p.Trace = w.Header().Get("Trace-Id")
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", Seconds(p.RetryAfter))
	}
	body, err := json.Marshal(p)
	if err != nil {
		slog.Error("problem cannot be written as JSON", "err", err)
	}
	send(w, p.Status, typeProblem, append(body, '\n'))
}

// Page answers with a page. It is rendered before the first byte is sent, so a
// page is whole or it is an error. It is rendered to its end, whoever has gone meanwhile.
func Page(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	body := emptyBody()
	defer bodies.Put(body)
	if err := page.Render(context.WithoutCancel(r.Context()), body); err != nil {
		slog.ErrorContext(r.Context(), "page cannot be rendered", "route", r.Pattern, "err", err)
		Refuse(w, Problem{Status: http.StatusInternalServerError, Detail: "This page cannot be shown. The server's log says why."})
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		whole := body.Bytes()
		body = emptyBody()
		defer bodies.Put(body)
		compress(body, whole)
	}
	send(w, status, typeHTML, body.Bytes())
}

// compressors are kept, as each takes some 800 KB.
var compressors = sync.Pool{New: func() any {
	compressor, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // only a level that does not exist
	}
	return compressor
}}

func compress(into *bytes.Buffer, page []byte) {
	compressor := compressors.Get().(*gzip.Writer)
	defer compressors.Put(compressor)
	compressor.Reset(into)
	compressor.Write(page)
	compressor.Close()
}

// Seconds writes a duration as the header Retry-After has it, rounded up.
func Seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

// See sends the browser to another page of this site, with GET.
func See(w http.ResponseWriter, path string) {
	w.Header().Set("Location", path)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
}

// Empty answers without a body.
func Empty(w http.ResponseWriter, status int) { w.WriteHeader(status) }

// Header values that many answers have: nobody changes them.
var (
	typeJSON    = []string{"application/json; charset=utf-8"}
	typeProblem = []string{"application/problem+json"}
	typeHTML    = []string{"text/html; charset=utf-8"}
	noStore     = []string{"no-store"}
)

func send(w http.ResponseWriter, status int, contentType []string, body []byte) {
	header := w.Header()
	header["Content-Type"] = contentType
	if header.Get("Cache-Control") == "" {
		header["Cache-Control"] = noStore
	}
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	w.Write(body)
}

package visitors

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/trace"
)

// transport has the front answer requests without a connection to it. It is an
// http.RoundTripper.
type transport struct {
	front http.Handler
	from  door.Client
	now   func() time.Time
	sent  func(*trace.Trace) // gets the trace of each request that was answered
}

// RoundTrip sends a request. When the front breaks the answer off there is none.
func (t *transport) RoundTrip(r *http.Request) (answer *http.Response, err error) {
	defer func() {
		if broken := recover(); broken == http.ErrAbortHandler {
			answer, err = nil, io.ErrUnexpectedEOF
		} else if broken != nil {
			panic(broken)
		}
	}()
	arriving := r.Clone(r.Context())
	if arriving.Body == nil {
		arriving.Body = http.NoBody
	}
	w := &response{header: http.Header{}, status: http.StatusOK}
	t.sent(edge.Own(w, arriving, t.from, clientName, t.now(), t.front))
	return &http.Response{
		StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// response is an answer of the front in memory: those of a door's API are small.
type response struct {
	header  http.Header
	status  int
	written bool
	body    bytes.Buffer
}

func (w *response) Header() http.Header { return w.header }

func (w *response) WriteHeader(status int) {
	if !w.written {
		w.written, w.status = true, status
	}
}

func (w *response) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

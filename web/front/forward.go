package front

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// forward passes a request on to a server and its answer back. When a server does not
// answer, another is asked, each once, and none when that took too long.
func (f *Front) forward(w http.ResponseWriter, r *http.Request) {
	t := trace.From(r.Context())
	step := t.Step(trace.FrontPick)
	body, err := readBody(w, r)
	if err != nil {
		step.Refuse(bodyFault(err))
		unfit(w, err)
		return
	}
	all, ready := f.Fleet.all(), f.Fleet.ready()
	if len(ready) == 0 {
		f.unavailable(w, r)
		return
	}
	policy := f.policy.Load()
	picked := policy.pick(r, all, ready)
	step.Pass(picked.saw...)
	begun := time.Now()
	a := attempt{request: r, body: body, choice: picked, begun: begun, until: begun.Add(answerTimeout)}
	var asked []*Server // in vain
	for {
		t.Server = a.server.Number
		err := f.ask(w, a)
		if err == nil {
			return
		}
		asked = append(asked, a.server)
		ready = slices.DeleteFunc(f.Fleet.ready(), func(s *Server) bool { return slices.Contains(asked, s) })
		a.begun = time.Now()
		if len(ready) == 0 || !a.begun.Before(a.until) || !repeatable(r, err) {
			f.lost(w, r, a.server, err)
			return
		}
		step := t.Step(trace.FrontRetry)
		lost := a.server
		a.choice = policy.pick(r, all, ready)
		step.Pass(trace.Number("lost", lost.Number), trace.Number("server", a.server.Number))
	}
}

// notSent is why a request has not left the front.
type notSent struct{ error }

// repeatable reports whether another server may be asked, after one did not answer:
// when the request did not reach it, or is safe to repeat (RFC 9110 section 9.2.1).
// Any other may have been carried out: a refresh token that is used twice ends its
// family.
func repeatable(r *http.Request, err error) bool {
	_, unsent := errors.AsType[notSent](err)
	return r.Context().Err() == nil && (unsent || r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// unavailable answers a request for which there is no server.
func (f *Front) unavailable(w http.ResponseWriter, r *http.Request) {
	t := trace.From(r.Context())
	t.Server = f.Fleet.all()[0].Number
	why, saw, how := f.Fleet.whyNone()
	t.Step(trace.FrontUnavailable).Refuse(why, saw...)
	f.away(w, r, tell.Why(why, saw...), how)
}

// readBody reads all of a body before a server is bothered with it. There is
// little of it, and a visitor who sends it slowly keeps nobody waiting.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > request.MaxBody {
		return nil, errTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, request.MaxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, errNotWhole
	}
	return body, nil
}

var (
	errTooLarge = errors.New("a body larger than 64 KiB")
	errNotWhole = errors.New("a body that did not arrive whole")
)

// bodyFault says why a body was not read.
func bodyFault(err error) trace.Why {
	if err == errTooLarge {
		return trace.BodyTooLarge
	}
	return trace.BodyIncomplete
}

// unfit answers a request whose body no server gets. What is left of it is not
// read: the connection ends.
func unfit(w http.ResponseWriter, err error) {
	w.Header().Set("Connection", "close")
	problem := response.Problem{Status: http.StatusBadRequest, Detail: "The body did not arrive whole. Send it again."}
	if err == errTooLarge {
		problem = response.Problem{Status: http.StatusRequestEntityTooLarge, Detail: "The body is larger than 64 KiB. Send less."}
	}
	response.Refuse(w, problem)
}

// passBack passes an answer on to the visitor. What the server says of it counts, and its
// cookies come besides the front's.
func passBack(w http.ResponseWriter, answer *http.Response) error {
	header := w.Header()
	for name, values := range answer.Header {
		switch {
		case between[name]:
		case name == "Set-Cookie":
			header[name] = append(header[name], values...)
		default:
			header[name] = values
		}
	}
	w.WriteHeader(answer.StatusCode)
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	_, err := io.CopyBuffer(w, answer.Body, buffer[:])
	return err
}

const bufferSize = 16 << 10

// buffers are what answers are copied through.
var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// lost answers a request whose server did not answer it, and that no other can be
// asked.
func (f *Front) lost(w http.ResponseWriter, r *http.Request, s *Server, err error) {
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the visitor is gone
	}
	server := trace.Number("server", s.Number)
	trace.Start(r.Context(), trace.FrontUnavailable).Refuse(trace.ServerSilent, server)
	slog.WarnContext(r.Context(), "request failed", "server", s.Number, "route", r.Pattern, "trace", trace.From(r.Context()).ID, "err", err)
	how := s.missing()
	why := tell.Why(missingServers[how].one, server)
	if err == errSlow {
		how, why = Ready, tell.Why(trace.ServerSilent, server)+" in time"
	}
	f.away(w, r, why, how)
}

package front

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"twodoors/web/door"
	"twodoors/web/relay"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/trace"
)

// forward passes a request on to a server and its answer back.
func (f *Front) forward(w http.ResponseWriter, r *http.Request) {
	t := trace.From(r.Context())
	step := t.Step(trace.FrontPick)
	body, err := readBody(w, r)
	if err != nil {
		step.Refuse("none, for " + err.Error())
		unfit(w, err)
		return
	}
	ready := f.Fleet.ready()
	if len(ready) == 0 {
		f.unavailable(w, r)
		return
	}
	server, why := f.policy.Load().pick(w, r, ready)
	step.Pass(why)
	for {
		t.Server = server.Number
		err := f.ask(w, r, body, server)
		if err == nil {
			return
		}
		if !repeatable(r, err) {
			f.lost(w, r, server, err)
			return
		}
		ready = slices.DeleteFunc(f.Fleet.ready(), func(s *Server) bool { return s == server })
		if len(ready) == 0 {
			f.lost(w, r, server, err)
			return
		}
		step := t.Step(trace.FrontRetry)
		lost := server
		server, why = f.policy.Load().pick(w, r, ready)
		step.Pass("server " + lost.label() + " did not answer; " + why)
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
	why, stopped := f.Fleet.whyNone()
	t.Step(trace.FrontUnavailable).Refuse(why)
	f.away(w, r, why, stopped)
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

// ask has a server answer. A visitor who goes away takes the request along. An
// error says that nothing was answered.
func (f *Front) ask(w http.ResponseWriter, r *http.Request, body []byte, server *Server) error {
	way := server.enter()
	if way == nil {
		return notSent{errGone} // since it was picked
	}
	defer server.leave()
	ctx := r.Context()
	link, err := way.take(ctx)
	if err != nil {
		return notSent{err}
	}
	t := trace.From(ctx)
	stay := context.AfterFunc(ctx, func() { link.Close() })
	answer, err := link.exchange(r, body, relay.Passage{Secret: f.Fleet.secret, TraceID: t.ID, Arrival: door.ArrivalOf(ctx)})
	if err == nil {
		var sessions int
		if sessions, err = relay.Collect(answer.Header, t); err == nil {
			server.sessions.Store(int64(sessions))
		}
	}
	if err != nil {
		stay()
		link.Close()
		return err
	}
	server.requests.Add(1)
	err = passBack(w, answer)
	if stayed := stay(); stayed && err == nil && !answer.Close && link.in.Buffered() == 0 {
		way.put(link)
		return nil
	}
	link.Close()
	if err != nil {
		panic(http.ErrAbortHandler) // the answer has begun: all that is left is to break it off
	}
	return nil
}

// passBack passes an answer on to the visitor.
func passBack(w http.ResponseWriter, answer *http.Response) error {
	header := w.Header()
	for name, values := range answer.Header {
		if !between[name] {
			header[name] = append(header[name], values...)
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
	saw := "server " + s.label() + " did not answer"
	trace.Start(r.Context(), trace.FrontUnavailable).Refuse(saw)
	slog.WarnContext(r.Context(), "request failed", "server", s.Number, "path", r.URL.Path, "err", err)
	f.away(w, r, "server "+s.label()+" is away", false)
}

var errGone = errors.New("the server ended as the request arrived")

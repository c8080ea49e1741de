package room

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"twodoors/web/door"
	"twodoors/web/relay"
	"twodoors/web/trace"
	"twodoors/web/upstream"
)

var (
	errGone = errors.New("the server ended as the request arrived")
	errLate = errors.New("the server got to the request too late")
)

// UnreadError is the status with which net/http refused a request in a server, before
// anything of the application saw it: no other server would take it.
type UnreadError int

func (u UnreadError) Error() string {
	return fmt.Sprintf("the server could not read the request: %d", int(u))
}

// Unsent reports whether an error of RoundTrip says that the server has not begun with the
// request, so that another may be asked whatever it is.
func Unsent(err error) bool {
	_, unsent := errors.AsType[upstream.NotSentError](err)
	return unsent
}

// Slow reports whether an error of RoundTrip says that the answer had not begun in time.
func Slow(err error) bool { return err == errSlow }

// RoundTrip has the server answer a request, and takes what it says of its trace into the
// request's own. The answer has to begin by a time. Whoever gets it closes its body; until
// then the server does not end.
//
// The request's header is the server's to see, and gets the forwarded. An error says that
// nothing was answered: it is an UnreadError when the server cannot read such a request.
func (s *Server) RoundTrip(r *http.Request, until time.Time) (*http.Response, error) {
	way, p, ok := s.enter()
	if !ok {
		return nil, upstream.NotSentError{Err: errGone} // since it was picked
	}
	answer, err := s.exchange(r, way, p, until)
	if err != nil {
		s.leave()
		return nil, err
	}
	s.requests.Add(1)
	answer.Body = &underWay{answer.Body, s}
	return answer, nil
}

func (s *Server) exchange(r *http.Request, way *upstream.Transport, p *process, until time.Time) (*http.Response, error) {
	t, sent := trace.From(r.Context()), time.Now()
	relay.Forwarded{
		Secret: s.room.secret, TraceID: t.ID, Client: door.ClientOf(r.Context()), BeginBy: earlier(sent.Add(lease), until).UnixMilli(),
	}.Send(r.Header)
	answer, err := way.Send(r, s.waits(p, sent, until))
	if err != nil {
		s.suspect(p, err)
		return nil, err
	}
	sessions, err := relay.Collect(answer.Header, t)
	if err != nil {
		answer.Body.Close()
		switch {
		case answer.StatusCode == http.StatusServiceUnavailable:
			return nil, upstream.NotSentError{Err: errLate}
		case answer.StatusCode >= 400:
			return nil, UnreadError(answer.StatusCode)
		}
		return nil, err
	}
	s.sessions.Store(int64(sessions))
	return answer, nil
}

// enter lets a request go to the server's process, and reports whether there is one to go
// to. Whoever entered leaves.
func (s *Server) enter() (w *upstream.Transport, p *process, ok bool) {
	if !s.busy.TryRLock() { // it is being drained
		return nil, nil, false
	}
	w, p = s.way()
	if w == nil {
		s.busy.RUnlock()
	}
	return w, p, w != nil
}

func (s *Server) leave() { s.busy.RUnlock() }

// suspect looks whether a process hangs after it let a request wait in vain.
func (s *Server) suspect(p *process, err error) {
	if upstream.TimedOut(err) {
		s.hangs(p)
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// underWay is the body of an answer, which keeps its server from ending.
type underWay struct {
	io.ReadCloser
	server *Server
}

// Close ends the request. It is called once.
func (u *underWay) Close() error {
	defer u.server.leave()
	return u.ReadCloser.Close()
}

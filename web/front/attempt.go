package front

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"twodoors/web/door"
	"twodoors/web/relay"
	"twodoors/web/response"
	"twodoors/web/trace"
)

// attempt is a request on its way to a server.
type attempt struct {
	choice
	request *http.Request
	body    []byte
	begun   time.Time
	until   time.Time // an answer is waited for
}

var (
	errGone = errors.New("the server ended as the request arrived")
	errLate = errors.New("the server came to the request too late, and left it")
)

// unread is the status with which net/http refused a request in a server, before
// anything of the application saw it: no other server would take it.
type unread int

func (u unread) Error() string {
	return fmt.Sprintf("the server could not read the request: %d", int(u))
}

func (u unread) tell(w http.ResponseWriter) {
	response.Refuse(w, response.Problem{Status: int(u), Detail: "The servers cannot read this request. Send it with a shorter address, or with fewer and simpler headers."})
}

// ask has a server answer. A visitor who goes away takes the request along. An
// error says that nothing was answered.
func (f *Front) ask(w http.ResponseWriter, a attempt) error {
	server := a.server
	way := server.enter()
	if way == nil {
		return notSent{errGone} // since it was picked
	}
	defer server.leave()
	ctx := a.request.Context()
	link, err := way.take(ctx)
	if err != nil {
		server.suspect(way.process, err)
		return notSent{err}
	}
	stay := context.AfterFunc(ctx, func() { link.Close() })
	answer, err := f.exchange(a, link, way.process)
	if status, ok := err.(unread); ok {
		stay()
		link.Close()
		status.tell(w)
		return nil
	}
	if err != nil {
		stay()
		link.Close()
		server.suspect(way.process, err)
		return err
	}
	server.requests.Add(1)
	f.remember(w, a, answer.Header)
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

// exchange sends a request to a server's process and reads the head of its answer.
func (f *Front) exchange(a attempt, link *link, p *process) (*http.Response, error) {
	t := trace.From(a.request.Context())
	link.SetDeadline(earlier(a.begun.Add(patience), a.until))
	err := link.send(a.request, a.body, relay.Passage{
		Secret: f.Fleet.secret, TraceID: t.ID, Arrival: door.ArrivalOf(a.request.Context()), BeginBy: earlier(a.begun.Add(lease), a.until).UnixMilli(),
	})
	if err == nil {
		err = a.server.awaitAnswer(link, p, a.begun, a.until)
	}
	if err != nil {
		return nil, err
	}
	answer, err := link.receive(a.request)
	if err != nil {
		return nil, err
	}
	sessions, err := relay.Collect(answer.Header, t)
	switch {
	case err != nil && answer.StatusCode == http.StatusServiceUnavailable:
		return nil, notSent{errLate}
	case err != nil && answer.StatusCode >= 400:
		return nil, unread(answer.StatusCode)
	case err != nil:
		return nil, err
	}
	a.server.sessions.Store(int64(sessions))
	return answer, nil
}

// remember has a browser remember the server that answered it: when it remembered another,
// when there are several, and when the only one gave it a cookie, as there may be several
// tomorrow. What caches between may keep is nobody's.
func (f *Front) remember(w http.ResponseWriter, a attempt, answer http.Header) {
	if a.known || strings.HasPrefix(answer.Get("Cache-Control"), "public") {
		return
	}
	if a.moved || len(f.Fleet.all()) > 1 || answer["Set-Cookie"] != nil {
		f.policy.Load().remember(w, a.request, a.server)
	}
}

package front

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/room"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// answerTimeout is how long an answer may take to begin, whichever servers are asked for
// it. The slowest honest request waits for five seconds while another program writes to the
// database. The time begins when a request has its turn.
const answerTimeout = 10 * time.Second

// forward passes a request on to a server and its answer back. When a server does not
// answer, another is asked, each once, and none when that took too long.
func (f *Front) forward(w http.ResponseWriter, r *http.Request) {
	t, in := trace.From(r.Context()), f.Rooms.In(r.Context())
	if in.Asleep() {
		f.asleep(w, r)
		return
	}
	step := t.Step(trace.FrontPick)
	body, err := readBody(w, r)
	if err != nil {
		step.Refuse(bodyFault(err))
		refuseBody(w, err)
		return
	}
	picked, ok := in.Pick(clientOf(r))
	if !ok {
		f.unavailable(w, r, in)
		return
	}
	step.Pass(picked.Facts...)
	until := time.Now().Add(answerTimeout)
	var asked []*room.Server // in vain
	for {
		t.Server = picked.Server.Number
		answer, err := picked.Server.RoundTrip(outgoing(r, body), until)
		if err == nil {
			f.passBack(w, r, picked, answer)
			return
		}
		asked = append(asked, picked.Server)
		next, ok := in.Pick(clientOf(r), asked...)
		if !ok || !time.Now().Before(until) || !repeatable(r, err) {
			f.lost(w, r, picked.Server, err)
			return
		}
		t.Step(trace.FrontRetry).Pass(trace.Number("lost", picked.Server.Number), trace.Number("server", next.Server.Number))
		picked = next
	}
}

// repeatable reports whether another server may be asked, after one did not answer:
// when that one has not begun with the request, or the request is safe to repeat (RFC 9110
// section 9.2.1). Any other may have been carried out: a refresh token that is used twice
// ends its family.
func repeatable(r *http.Request, err error) bool {
	_, unread := errors.AsType[room.UnreadError](err)
	return r.Context().Err() == nil && !unread && (room.Unsent(err) || r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// outgoing is a request as a server gets it: as the visitor sent it, but for what is
// between visitor and front only, without the cookies of other rooms, and with a body that
// is all here.
func outgoing(r *http.Request, body []byte) *http.Request {
	out := r.WithContext(r.Context())
	out.Header = make(http.Header, len(r.Header)+1)
	for name, values := range r.Header {
		if !notForwarded[name] {
			out.Header[name] = values
		}
	}
	if cookies := out.Header["Cookie"]; cookies != nil {
		out.Header["Cookie"] = ownCookies(cookies, door.ClientOf(r.Context()).Room)
	}
	out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return out
}

// passBack passes an answer on to the visitor. What the server says of it counts, and its
// cookies come besides the front's.
func (f *Front) passBack(w http.ResponseWriter, r *http.Request, picked room.Choice, answer *http.Response) {
	defer answer.Body.Close()
	remember(w, r, picked, answer.Header)
	header := w.Header()
	for name, values := range answer.Header {
		switch {
		case hopByHop[name]:
		case name == "Set-Cookie":
			header[name] = append(header[name], values...)
		default:
			header[name] = values
		}
	}
	w.WriteHeader(answer.StatusCode)
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	if _, err := io.CopyBuffer(w, answer.Body, buffer[:]); err != nil {
		panic(http.ErrAbortHandler) // the answer has begun: all that is left is to break it off
	}
}

const bufferSize = 16 << 10

// buffers are what answers are copied through.
var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// unavailable answers a request for which there is no server.
func (f *Front) unavailable(w http.ResponseWriter, r *http.Request, in *room.Room) {
	t := trace.From(r.Context())
	t.Server = in.Status().Servers[0].Number
	absence := in.Absence()
	t.Step(trace.FrontUnavailable).Refuse(absence.Why, absence.Facts...)
	f.away(w, r, tell.Why(absence.Why, absence.Facts...), absence.How)
}

// lost answers a request whose server did not answer it, and that no other can be
// asked.
func (f *Front) lost(w http.ResponseWriter, r *http.Request, s *room.Server, err error) {
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the visitor is gone
	}
	if status, ok := errors.AsType[room.UnreadError](err); ok {
		httpio.Refuse(w, httpio.Problem{Status: int(status), Detail: "The servers cannot read this request. Send it with a shorter address, or with fewer and simpler headers."})
		return
	}
	server := trace.Number("server", s.Number)
	trace.Start(r.Context(), trace.FrontUnavailable).Refuse(trace.ServerSilent, server)
	slog.WarnContext(r.Context(), "request failed", "server", s.Number, "route", r.Pattern, "err", err)
	absence := s.Absence()
	if room.Slow(err) {
		f.away(w, r, tell.Why(trace.ServerSilent, server)+" in time", room.Ready)
		return
	}
	f.away(w, r, tell.Why(absence.Why, absence.Facts...), absence.How)
}

// readBody reads all of a body before a server is bothered with it. There is
// little of it, and a visitor who sends it slowly keeps nobody waiting.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > httpio.MaxBody {
		return nil, errTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, httpio.MaxBody))
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
	errNotWhole = errors.New("a body that arrived incomplete")
)

// bodyFault says why a body was not read.
func bodyFault(err error) trace.Why {
	if err == errTooLarge {
		return trace.BodyTooLarge
	}
	return trace.BodyIncomplete
}

// refuseBody answers a request whose body no server gets. What is left of it is not
// read: the connection ends.
func refuseBody(w http.ResponseWriter, err error) {
	w.Header().Set("Connection", "close")
	problem := httpio.Problem{Status: http.StatusBadRequest, Detail: "The body arrived incomplete. Send it again."}
	if err == errTooLarge {
		problem = httpio.Problem{Status: http.StatusRequestEntityTooLarge, Detail: "The body is larger than 64 KiB. Send less."}
	}
	httpio.Refuse(w, problem)
}

// stickyCookie remembers which server a browser was sent to. It lets nobody in.
const stickyCookie = "sticky"

// clientOf is the sender of a request, as balancing sees it.
func clientOf(r *http.Request) room.Client {
	from := door.ClientOf(r.Context())
	c := room.Client{Seat: from.Seat}
	if cookie, err := r.Cookie(from.CookieName(stickyCookie)); err == nil {
		c.Server, _ = strconv.Atoi(cookie.Value)
	}
	return c
}

// remember has a browser remember the server that answered it, where that is wanted. What
// caches between may keep is nobody's.
func remember(w http.ResponseWriter, r *http.Request, picked room.Choice, answer http.Header) {
	switch {
	case picked.Remember == room.Never, strings.HasPrefix(answer.Get("Cache-Control"), "public"):
	case picked.Remember == room.Always, answer["Set-Cookie"] != nil:
		from := door.ClientOf(r.Context())
		http.SetCookie(w, &http.Cookie{
			Name: from.CookieName(stickyCookie), Value: strconv.Itoa(picked.Server.Number), Path: "/",
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: from.Secure,
		})
	}
}

// Package edge is the outermost layer of a process: what happens to a request
// before anything of the application sees it, and to the answer after.
//
// Visitors wraps the process that visitors connect to, the front or a server
// that runs alone; BehindFront wraps a server behind a front. Both begin the
// request's trace and deliver it with the answer. An embedded trace is shown without
// any of that (embed.go), and Own is for requests that the process sends itself.
package edge

import (
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/relay"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// Identity is which server answers.
type Identity struct {
	Server int // its number, from 1
	PID    int
	Start  int // how often it has been started, this time included
}

// Facing is what the process that visitors connect to needs.
type Facing struct {
	Identity Identity // zero for a front
	Hosts    *Hosts
	Proxies  Proxies // before it, if any
	Seats    *seat.Seats
	Traces   Keeper
	Secure   bool                              // it serves HTTPS
	Room     func(seat string) string          // names the room that answers a seat, by the seat's name; nil when that is always the stage
	Client   func(http.Header) string          // names a lab's own client, and takes off its proof; nil without labs
	Observe  func(seat string, t *trace.Trace) // is told of each request by the seat's name; nil when nobody listens
	Now      func() time.Time
}

// Keeper keeps finished traces, by the name of the seat that the request brought, or that was made for it. Nobody
// changes them afterwards.
type Keeper interface {
	Add(seat string, t *trace.Trace)
	AddNew(seat string, t *trace.Trace)
}

// Visitors lets visitors' requests in: it checks that the site is meant, finds
// the seat, begins the trace, and keeps it when the answer leaves.
func (f Facing) Visitors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, secure := f.Proxies.visitor(r)
		secure = secure || f.Secure
		protect(w.Header(), secure)
		if isPlain(r) {
			next.ServeHTTP(w, r)
			return
		}
		if isEmbed(r) {
			f.embed(next, w, r)
			return
		}
		if len(r.TransferEncoding) > 0 { // there may have been a length as well (RFC 9112 section 6.1)
			w.Header().Set("Connection", "close")
		}
		v := f.receive(w, r, door.Client{Address: from, Secure: secure})
		defer recoverFrom(&v.answer)
		if f.astray(&v.answer, v.request) {
			return
		}
		next.ServeHTTP(&v.answer, v.request)
	})
}

// isPlain reports whether a request is for a file or about the process's health: those
// are nobody's, and many. What net/http sends elsewhere and what is refused there is a
// page perhaps, and answered as everything else is.
func isPlain(r *http.Request) bool {
	p := r.URL.Path
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	return p == "/healthz" || p == "/readyz" || strings.HasPrefix(p, "/static/") && path.Clean(p) == p
}

// isPublic reports whether the answer is the same for everybody and may be kept by
// caches between: it gets no cookie.
func isPublic(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/.well-known/") || strings.HasPrefix(r.URL.Path, "/r/")
}

// visit is one request of a visitor, in one piece: who sent it, and where its answer
// goes.
type visit struct {
	answer
	facing *Facing
	seat   seat.Seat
	client door.Client
}

// receive finds the seat of a request and begins its trace.
func (f *Facing) receive(w http.ResponseWriter, r *http.Request, client door.Client) *visit {
	v := &visit{facing: f, seat: f.Seats.Find(r, client.Secure), client: client}
	switch {
	case !v.seat.New:
		v.client.Seat = v.seat.Name()
		if f.Room != nil {
			v.client.Room = f.Room(v.client.Seat)
		}
	case isPublic(r), v.seat.Lost == seat.Twice: // a third cookie could take the place of the right one
	default:
		http.SetCookie(w, seat.Cookie(v.seat, client.Secure))
	}
	t := begin(trace.NewID(), r, v.client, f.Identity, f.Now())
	if f.Client != nil {
		t.Client = f.Client(r.Header)
	}
	w.Header()["Trace-Id"] = []string{t.ID}
	ctx := trace.With(door.WithClient(seat.With(r.Context(), &v.seat), &v.client), t)
	v.answer = answer{ResponseWriter: w, request: r.WithContext(ctx), trace: t, to: v}
	return v
}

// deliver keeps the trace for the visitor's seat, and tells the seat how long the steps took.
func (v *visit) deliver(header http.Header, t *trace.Trace) {
	if v.timed(t) {
		addTimings(header, t)
	}
	if isAPI(v.request) || isPublic(v.request) || !t.Quiet() {
		v.keep(t)
	}
	if v.facing.Observe != nil {
		v.facing.Observe(v.seat.Name(), t)
	}
}

func (v *visit) keep(t *trace.Trace) {
	if v.seat.New {
		v.facing.Traces.AddNew(v.seat.Name(), t)
		return
	}
	v.facing.Traces.Add(v.seat.Name(), t)
}

// BehindFront lets only the front's requests in, and reports each trace to it
// with the answer. The number of sessions in memory goes with it.
func BehindFront(config relay.StartConfig, identity Identity, sessions func() int, now func() time.Time, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forwarded, err := relay.Receive(r.Header, config.Secret)
		if err != nil {
			httpio.Refuse(w, httpio.Problem{Status: http.StatusForbidden, Detail: "This server accepts requests from its front only. Use the address that Two Doors printed when it started."})
			return
		}
		arrived := now()
		if arrived.UnixMilli() > forwarded.BeginBy { // this process hung; another may have done it
			httpio.Refuse(w, httpio.Problem{Status: http.StatusServiceUnavailable, Detail: "This server got to the request too late. Send it again."})
			return
		}
		forwarded.Client.Room = config.Room
		t := begin(forwarded.TraceID, r, forwarded.Client, identity, arrived)
		w.Header()["Trace-Id"] = []string{t.ID}
		r = r.WithContext(trace.With(door.WithClient(r.Context(), &forwarded.Client), t))
		answer := &answer{ResponseWriter: w, request: r, trace: t, to: report{sessions}}
		defer recoverFrom(answer)
		next.ServeHTTP(answer, r)
	})
}

// report is the front, as a server sees it.
type report struct{ sessions func() int }

// deliver sends the trace to the front.
func (rep report) deliver(header http.Header, t *trace.Trace) {
	delete(header, "Trace-Id") // the front has set it
	relay.Report(header, t, rep.sessions())
}

func begin(id string, r *http.Request, from door.Client, who Identity, now time.Time) *trace.Trace {
	t := trace.Begin(id, r, now)
	t.Room, t.Door = from.RoomName(), doorOf(r.URL.Path)
	t.Server, t.PID, t.Start = who.Server, who.PID, who.Start
	return t
}

// doorOf returns the door that a path names, if any.
func doorOf(path string) string {
	path = strings.TrimPrefix(path, "/api")
	switch {
	case strings.HasPrefix(path, "/session/"):
		return door.Session
	case strings.HasPrefix(path, "/token/"):
		return door.Token
	}
	return ""
}

// isAPI reports whether the API is asked, also by a path that net/http sends to the clean one.
func isAPI(r *http.Request) bool { return strings.HasPrefix(path.Clean(r.URL.Path), "/api/") }

func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

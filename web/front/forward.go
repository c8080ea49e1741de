package front

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"

	"twodoors/web/door"
	"twodoors/web/relay"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// forward passes a request on to a server and its answer back.
func (f *Front) forward(w http.ResponseWriter, r *http.Request) {
	t := trace.From(r.Context())
	step := t.Step(trace.FrontPick)
	if r.ContentLength > request.MaxBody {
		step.Refuse("none, for a body larger than 64 KiB")
		tooLarge(w)
		return
	}
	ready := f.Fleet.ready()
	if len(ready) == 0 {
		first := f.Fleet.all()[0].Number
		t.Server = first
		t.Step(trace.FrontUnavailable).Refuse(f.Fleet.whyNone())
		f.away(w, r, first, nil)
		return
	}
	server, why := f.policy.Load().pick(w, r, ready)
	step.Pass(why)
	t.Server = server.Number
	way := server.route()
	if way == nil { // since it was picked
		f.lost(w, r, server, errGone)
		return
	}
	if r.ContentLength < 0 { // not known; the server says what is too large, this bounds what it reads
		r.Body = http.MaxBytesReader(w, r.Body, request.MaxBody+1)
	}
	server.requests.Add(1)
	way.ServeHTTP(w, r)
}

// route is the way to one process: it is gone with the process.
type route struct {
	*httputil.ReverseProxy
	transport *http.Transport
}

func (f *Fleet) newRoute(s *Server, address string) *route {
	transport := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: time.Second}).DialContext,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       30 * time.Second,
		ResponseHeaderTimeout: 10 * time.Second,
		DisableCompression:    true,
	}
	proxy := &httputil.ReverseProxy{
		Transport:  transport,
		BufferPool: &f.buffers,
		ErrorLog:   log.New(discard{}, "", 0), // ErrorHandler logs what matters
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = "http", address, p.In.Host
			p.Out.Header.Del(seat.HeaderName)
			relay.Strip(p.Out.Header)
			arrival := door.ArrivalOf(p.In.Context())
			relay.Passage{Secret: f.secret, TraceID: trace.From(p.In.Context()).ID, Arrival: arrival}.Send(p.Out.Header)
		},
		ModifyResponse: func(answer *http.Response) error {
			sessions, err := relay.Collect(answer.Header, trace.From(answer.Request.Context()))
			if err == nil {
				s.sessions.Store(int64(sessions))
			}
			return err
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) { f.onLost(w, r, s, err) },
	}
	return &route{proxy, transport}
}

// lost answers a request whose server did not answer it. It is not sent again:
// the server may have done what it asked.
func (f *Front) lost(w http.ResponseWriter, r *http.Request, s *Server, err error) {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		tooLarge(w)
		return
	}
	if errors.Is(err, context.Canceled) {
		panic(http.ErrAbortHandler) // the visitor is gone
	}
	saw := "server " + s.label() + " did not answer"
	trace.Start(r.Context(), trace.FrontUnavailable).Refuse(saw)
	f.away(w, r, s.Number, err)
}

var errGone = errors.New("the server ended as the request arrived")

func tooLarge(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	response.Refuse(w, response.Problem{Status: http.StatusRequestEntityTooLarge, Detail: "The body is larger than 64 KiB. Send less."})
}

// buffers are what answers are copied through.
type buffers struct{ pool sync.Pool }

const bufferSize = 16 << 10

func (b *buffers) Get() []byte {
	if buffer, ok := b.pool.Get().(*[bufferSize]byte); ok {
		return buffer[:]
	}
	return make([]byte, bufferSize)
}

func (b *buffers) Put(buffer []byte) { b.pool.Put((*[bufferSize]byte)(buffer)) }

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

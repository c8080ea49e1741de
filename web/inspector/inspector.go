// Package inspector shows people their requests: the home page, the list of
// traces and each trace in full, as pages, as JSON and as a stream of events.
//
// The process that visitors connect to mounts it: the front, or a server that
// runs alone. It knows where traces are kept, and no door and no server.
package inspector

import (
	"context"
	"net/http"
	"time"

	"twodoors/views/doors"
	"twodoors/views/layout"
	"twodoors/web/token"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// Inspector answers each seat from its own traces.
type Inspector struct {
	Traces Traces
	Older  Older                                                   // where those are that Traces has no more; nil when they are nowhere
	Page   func(r *http.Request, title, active string) layout.Page // the frame of a page

	NoPages bool // the pages are left out, and embedded traces with them
	NoAPI   bool // so is the API

	Embeds  *Embeds                             // copies of traces, for slides; nil when there are none
	Static  string                              // where static files are served, as "/static/3fa9c1"
	Version string                              // of Two Doors
	Behind  func(r *http.Request) *doors.Behind // the servers behind the doors; nil where there are none

	Turns  *turns.Gate                        // at what takes a processor for long
	Issuer func(context.Context) token.Issuer // of the room that a request is in; nil when nobody knows it

	// Announced is what a seat's class is told, as JSON, until end: events "class" of the stream of the API. Nil without classes.
	Announced func(seat string) (news <-chan []byte, end func())

	Now     func() time.Time // to judge tokens by; the real time when it is nil
	Closing <-chan struct{}  // closed when the site shuts down: streams end
}

// Older finds a seat's trace that was kept for longer than Traces keeps it, by the seat's name. It
// is nil when there is none.
type Older interface {
	Trace(ctx context.Context, seat, id string) (*trace.Trace, error)
}

// Routes adds the home page with what its scripts ask, and what of the inspector there is. The seat of a request is in
// its context.
func (i *Inspector) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", i.home)
	mux.HandleFunc("GET /answers/{trace}", i.line)
	mux.HandleFunc("GET /seat", i.broughtSeat)
	mux.HandleFunc("GET /api/openapi.yaml", openAPI)
	if !i.NoPages {
		i.pageRoutes(mux)
	}
	if !i.NoAPI {
		i.apiRoutes(mux)
	}
}

func (i *Inspector) pageRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /inspector", i.list)
	mux.HandleFunc("GET /inspector/{trace}", i.one)
	mux.HandleFunc("GET /inspector/token", i.tokenPage)
	mux.HandleFunc("POST /inspector/token", i.tokenForm)
	mux.HandleFunc("GET /inspector/code/{path...}", i.code)
	mux.HandleFunc("POST /inspector/clear", i.clear)
	mux.HandleFunc("POST /inspector/restore", i.restore)
	mux.HandleFunc("GET /inspector/compare", i.compare)
	mux.HandleFunc("GET /inspector/events", i.pageEvents)
	if i.Embeds != nil {
		mux.HandleFunc("GET /inspector/embeds", i.embedList)
		mux.HandleFunc("POST /inspector/{trace}/embed", i.embedForm)
		mux.HandleFunc("POST /inspector/embeds/{id}/remove", i.takeBackForm)
		mux.HandleFunc("GET /embed/{id}", i.embedded)
	}
}

func (i *Inspector) apiRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/traces", i.apiList)
	mux.HandleFunc("GET /api/traces/{trace}", i.apiOne)
	mux.HandleFunc("GET /api/traces/events", i.apiEvents)
	mux.HandleFunc("GET /api/traces.har", i.apiHAR)
	mux.HandleFunc("POST /api/inspect/token", i.apiToken)
	if i.Embeds != nil {
		mux.HandleFunc("POST /api/traces/{trace}/embed", i.apiEmbed)
		mux.HandleFunc("GET /api/embeds", i.apiEmbeds)
		mux.HandleFunc("DELETE /api/embeds/{id}", i.apiTakeBack)
	}
}

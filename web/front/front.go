// Package front is the process that visitors connect to: it starts and stops the
// servers, picks one for each request, keeps the traces, and shows the server
// room.
//
// It knows servers as processes with an address. It knows nothing of passwords,
// sessions, keys or users. Start reading at routes.go; a request that is for a
// server goes through forward.go, a server's life is in server.go.
package front

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"twodoors/views"
	"twodoors/web/inspector"
	"twodoors/web/response"
	"twodoors/web/settings"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// Front is what the process that visitors connect to needs.
type Front struct {
	Balance     string
	Fleet       *Fleet
	Log         *trace.Log
	Inspector   *inspector.Inspector
	Classroom   *Classroom
	Experiments *Experiments
	Static      http.Handler
	Version     string          // path below which static files are served
	Passcode    *Passcode       // who may press the server room's buttons; nil when everybody may
	Database    string          // the file, for people
	Closing     <-chan struct{} // closed when the site shuts down: streams end
	Now         func() time.Time

	costly  *turns.Queue // for what takes a processor for long
	started time.Time
	atStart settings.Settings
	policy  atomic.Pointer[balanced]
}

// New returns a front before a fleet that is running. Its error is one sentence for
// the person at the terminal.
func New(ctx context.Context, f *Front) (*Front, error) {
	f.started = f.Now()
	f.costly = turns.Costly()
	f.Inspector = &inspector.Inspector{Log: f.Log, Page: f.page, Costly: f.costly, Closing: f.Closing}
	f.balance(f.Balance)
	f.atStart = f.settings()
	return f, f.openClassroom(ctx)
}

// balanced is how a server is picked, and what that is called.
type balanced struct {
	policy
	name string
}

// balance changes how a server is picked.
func (f *Front) balance(name string) { f.policy.Store(&balanced{newPolicy(name), name}) }

// settings are what can be chosen, as it is now.
func (f *Front) settings() settings.Settings {
	return settings.Settings{Servers: len(f.Fleet.all()), Balance: f.policy.Load().name, Doors: *f.Fleet.adopted.Load()}
}

func (f *Front) page(r *http.Request, title, active string) views.Page {
	chosen := f.settings()
	servers, ready := "1 server", len(f.Fleet.ready())
	if n := chosen.Servers; ready < n {
		servers = fmt.Sprintf("%d of %d servers", ready, n)
	} else if n > 1 {
		servers = fmt.Sprintf("%d servers", n)
	}
	for _, s := range f.Fleet.all() {
		if s.missing() == Hung {
			servers += " · server " + s.label() + " does not answer"
		}
	}
	return views.Page{
		Title: title, Active: active, Static: f.Version, Knows: true, Broken: f.broken(r), Short: ready < chosen.Servers, Seat: inspector.Notice(r),
		Status: fmt.Sprintf("%s · %s · %s · up %s", servers, chosen.Store, chosen.Alg, views.Since(f.Now().Sub(f.started))),
	}
}

func (f *Front) errorPage(w http.ResponseWriter, r *http.Request, status int, detail string) {
	title := http.StatusText(status)
	response.Page(w, r, status, views.Problem(f.page(r, title, ""), status, title, detail, w.Header().Get("Trace-Id")))
}

// away answers a request that no server can answer now. Servers that were stopped do
// not come back by themselves, and those that hang perhaps not.
func (f *Front) away(w http.ResponseWriter, r *http.Request, why string, how State) {
	why = views.Upper(why) + "."
	w.Header().Set("Retry-After", "1")
	if isAPI(r) {
		advice := " Try again in a second."
		switch how {
		case Stopped:
			advice = " Start one in the server room, then try again."
		case Hung:
			advice = " Try again in a moment, or restart it in the server room."
		}
		response.Refuse(w, response.Problem{Status: http.StatusServiceUnavailable, Detail: why + advice, RetryAfter: time.Second})
		return
	}
	w.Header().Set("Refresh", "1") // the page tries again by itself, without a script
	response.Page(w, r, http.StatusServiceUnavailable, views.ServerAway(f.page(r, "Away", ""), why, string(how)))
}

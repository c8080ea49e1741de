// Package front is the entry to a site: it answers visitors, most of them by a server of
// the room that they are in, and shows the rest itself: the inspector, the server room,
// the labs and the experiments.
//
// It knows seats, traces, pages and rooms, and nothing of passwords, sessions or users. Start
// reading at routes.go; a request that is for a server goes through forward.go.
package front

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/http"
	"strings"
	"time"

	"twodoors/data"
	"twodoors/views/layout"
	"twodoors/web/apiclient"
	"twodoors/web/class"
	"twodoors/web/edge"
	"twodoors/web/experiment"
	"twodoors/web/front/classroom"
	"twodoors/web/front/experiments"
	"twodoors/web/front/labs"
	"twodoors/web/front/reply"
	"twodoors/web/front/serverroom"
	"twodoors/web/front/visitors"
	"twodoors/web/httpio"
	"twodoors/web/inspector"
	"twodoors/web/lab"
	"twodoors/web/passcode"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/seat"
	"twodoors/web/token"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
	"twodoors/web/turns"
)

// Config is what a front needs.
type Config struct {
	Rooms       *rooms.Rooms
	Labs        *lab.Labs
	Class       *class.Classes
	Addresses   []string // of the site, as others type them
	Traces      *trace.Log
	NoInspector bool         // its pages are left out, with every link to them; labs, class and experiments need its API
	Embeds      *data.Embeds // copies of traces, for slides
	Seats       *seat.Seats
	Experiments []experiment.Experiment
	Program     string                          // this program's file, which experiments start
	Address     apiclient.Address               // where experiments reach this site
	Records     ed25519.PrivateKey              // signs what was done in labs
	Version     string                          // of Two Doors
	Site        string                          // the site's public id, in the names of issuers
	Entry       func(http.Handler) http.Handler // what visitors pass before the front: their traces begin there
	Static      http.Handler
	StaticPath  string             // below which static files are served
	Passcode    *passcode.Passcode // who may press the server room's buttons; nil when everybody may
	Turns       *turns.Gate        // at what takes a processor for long
	Closing     <-chan struct{}    // closed when the site shuts down: streams end
	Now         func() time.Time
}

// Front is the entry to a site.
type Front struct {
	Config
	inspector   *inspector.Inspector
	serverRoom  *serverroom.Handlers
	experiments *experiments.Handlers
	labs        *labs.Handlers
	classroom   *classroom.Handlers
	visitors    *visitors.Visitors
	turns       edge.Turns
	handler     http.Handler
	entry       http.Handler
}

// New returns a front. Whoever has it closes it.
func New(c Config) *Front {
	f := &Front{Config: c}
	f.inspector = &inspector.Inspector{
		Traces: inspector.InMemory(c.Traces), NoPages: c.NoInspector, Older: c.Labs, Embeds: inspector.NewEmbeds(c.Embeds, c.Now), Static: c.StaticPath, Version: c.Version,
		Page: f.page, Behind: f.behind, Turns: c.Turns, Issuer: f.issuer, Announced: c.Class.Listen, Closing: c.Closing,
	}
	f.turns = edge.Turns{Gate: c.Turns, ErrorPage: f.errorPage}
	f.experiments = &experiments.Handlers{ErrorPage: f.errorPage, Runner: experiments.New(experiments.Config{
		All: c.Experiments, Program: c.Program, Address: c.Address, Turns: c.Turns, Rooms: c.Rooms, Seats: c.Seats, Traces: c.Traces,
		Ended: f.noteExperiment, Closing: c.Closing, Now: c.Now,
		Forget: func(ctx context.Context, s seat.Seat) error { return c.Labs.Forget(ctx, s.Name(), "") },
	})}
	f.visitors = visitors.New(visitors.Config{
		Front: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.handler.ServeHTTP(w, r) }), Address: c.Address.URL,
		Seats: c.Seats, Open: func(name string) bool { return c.Rooms.ByName(name) != nil }, Now: c.Now,
	})
	f.serverRoom = &serverroom.Handlers{
		Visitors: f.visitors, All: c.Rooms, Labs: c.Labs, Traces: c.Traces, Passcode: c.Passcode, MayControl: f.mayControl, Whereabouts: f.whereabouts, Experiments: f.experiments,
		Page: f.page, Expire: expire, Closing: c.Closing,
	}
	f.labs = &labs.Handlers{
		Labs: c.Labs, MayBegin: c.Class.MayBegin, Rooms: c.Rooms, AtStart: c.Rooms.Stage.Settings(), Traces: c.Traces, Seats: c.Seats, Passcode: c.Passcode,
		Experiments: f.experiments, Records: c.Records, Version: c.Version, Picture: f.serverRoom.Picture, Strip: f.serverRoom.Strip,
		Page: f.page, ErrorPage: f.errorPage,
	}
	f.classroom = &classroom.Handlers{
		Class: c.Class, Passcode: c.Passcode, Addresses: c.Addresses, Page: f.page, ErrorPage: f.errorPage, Closing: c.Closing,
	}
	f.handler = f.routes()
	f.entry = c.Entry(f.handler)
	f.labs.Entry = f.entry
	return f
}

// issuer is who issues tokens in the room that a request is in.
func (f *Front) issuer(ctx context.Context) token.Issuer {
	return token.IssuerOf(f.Site, f.Rooms.In(ctx).Name())
}

// Close ends the experiments that run, and the visits.
func (f *Front) Close() {
	f.visitors.Close()
	f.experiments.Runner.Close()
}

// Handler answers visitors: some requests by itself, those for a door by a server.
func (f *Front) Handler() http.Handler { return f.entry }

func (f *Front) page(r *http.Request, title, active string) layout.Page {
	in := f.Rooms.In(r.Context())
	status := in.Status()
	var trouble string
	if err := whyAsleep(r); err != nil {
		trouble = reply.ProblemOf(r.Context(), err).Detail
	}
	return layout.Page{
		Title: title, Trouble: trouble, Active: active, Static: f.StaticPath, Private: f.Passcode == nil, Knows: true, Seat: inspector.Notice(r), Room: f.whereabouts(r), OpensRoom: f.opensRoom(r),
		Class: f.classroom.Bar(r), Broken: serverroom.Broken(r, in, status, f.mayControl(r)), Short: countReady(status) < len(status.Servers),
		Status: fmt.Sprintf("%s · %s · %s · up %s", serversInWords(status), status.Settings.Store, status.Settings.Alg, tell.Since(f.Now().Sub(in.Opened()))),
	}
}

// opensRoom reports whether whoever begins on a page gets a room of their own: they may not
// break the stage.
func (f *Front) opensRoom(r *http.Request) bool { return f.Rooms.Most > 0 && !f.mayControl(r) }

// whereabouts says in which room a page was made.
func (f *Front) whereabouts(r *http.Request) layout.Room {
	in := f.Rooms.In(r.Context())
	if in.Kind() == room.Stage {
		return layout.Room{}
	}
	return layout.Room{Name: in.Name(), Title: in.Title()}
}

func countReady(s room.Status) (n int) {
	for _, server := range s.Servers {
		if server.State == room.Ready {
			n++
		}
	}
	return n
}

// serversInWords says how many servers there are, how many of them serve, and which ones
// do not answer.
func serversInWords(s room.Status) string {
	var words strings.Builder
	switch n, ready := len(s.Servers), countReady(s); {
	case n > 0 && s.Servers[0].State == room.Asleep:
		words.WriteString("asleep")
	case ready < n:
		fmt.Fprintf(&words, "%d of %d servers", ready, n)
	case n > 1:
		fmt.Fprintf(&words, "%d servers", n)
	default:
		words.WriteString("1 server")
	}
	for _, server := range s.Servers {
		if server.State == room.Hung {
			fmt.Fprintf(&words, " · server %d does not answer", server.Number)
		}
	}
	return words.String()
}

func (f *Front) errorPage(w http.ResponseWriter, r *http.Request, status int, detail string) {
	title := http.StatusText(status)
	httpio.Page(w, r, status, layout.Problem(f.page(r, title, ""), status, title, detail, w.Header().Get("Trace-Id")))
}

// away answers a request that no server can answer now. Servers that were stopped do
// not come back by themselves, and those that hang perhaps not; nor does any without its
// database.
func (f *Front) away(w http.ResponseWriter, r *http.Request, why string, how room.State) {
	why = tell.Upper(why) + "."
	w.Header().Set("Retry-After", "1")
	if !reply.IsAPI(r) {
		w.Header().Set("Refresh", "1") // the page tries again by itself, without a script
	}
	if lost := data.KindOf(f.Rooms.In(r.Context()).InPlace()).Sentence(); lost != "" {
		f.refuse(w, r, &httpio.Fault{Status: http.StatusServiceUnavailable, Detail: why + " " + lost})
		return
	}
	if reply.IsAPI(r) {
		advice := " Try again in a second."
		switch how {
		case room.Stopped:
			advice = " Start one in the server room, then try again."
		case room.Hung:
			advice = " Try again in a moment, or restart it in the server room."
		}
		httpio.Refuse(w, httpio.Problem{Status: http.StatusServiceUnavailable, Detail: why + advice, RetryAfter: time.Second})
		return
	}
	httpio.Page(w, r, http.StatusServiceUnavailable, layout.ServerAway(f.page(r, "Away", ""), why, string(how)))
}

// noteExperiment tells the lab that a seat is in that an experiment was run to its end which
// the seat had started in that lab.
func (f *Front) noteExperiment(s experiments.State) {
	who, proofs := s.Visitor.Seat.Name(), s.Result.Proofs()
	if len(proofs) == 0 || f.Rooms.Lab(who) != s.Visitor.Lab {
		return
	}
	proof := proofs[min(len(proofs), experiments.MaxProofs)-1]
	f.Labs.Found(who, lab.Seen{
		Trace: proof.ID, Client: lab.Experiment,
		Method: "POST", Path: "/api/experiments/" + s.Name, Status: http.StatusOK, Outcome: trace.Allowed,
		Found: lab.ExperimentFinished.Found("title", s.Title),
	}.WithTrace(proof))
}

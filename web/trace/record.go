package trace

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

type contextKey struct{}

// Begin starts the trace of a request that has just arrived.
func Begin(id string, r *http.Request, now time.Time) *Trace {
	roomy := &struct { // one allocation a trace
		Trace
		room  [usualSteps]Step
		facts [usualFacts]Fact
	}{Trace: Trace{ID: id, At: now.UTC().Round(0), Method: cut(r.Method, 16), Path: cut(r.URL.Path, 256), Parent: parentOf(r.Header["Traceparent"]), watch: stopwatchAt(now)}}
	roomy.Steps, roomy.Trace.facts = roomy.room[:0], roomy.facts[:0]
	return &roomy.Trace
}

// With returns a context that records into t.
func With(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, contextKey{}, t)
}

// From returns the trace that ctx records into, nil when it records nothing.
func From(ctx context.Context) *Trace {
	t, _ := ctx.Value(contextKey{}).(*Trace)
	return t
}

// Running is a step that has begun and not ended. Either Pass or Refuse ends it. Where
// nothing is recorded they do nothing.
type Running struct {
	trace *Trace
	name  Name
	where string
	began time.Duration // since the trace began
}

// Start begins a step.
func Start(ctx context.Context, name Name) Running {
	return From(ctx).Step(name)
}

// Next begins a step at the moment at which the one before ended: for steps that
// follow one another with nothing between.
func Next(ctx context.Context, name Name) Running {
	t := From(ctx)
	if t == nil {
		return Running{}
	}
	return Running{trace: t, name: name, began: t.ended}
}

// Step begins a step, for those who have the trace itself.
func (t *Trace) Step(name Name) Running {
	if t == nil {
		return Running{}
	}
	return Running{trace: t, name: name, began: t.watch.Elapsed()}
}

// In says where the step looks or writes: by a store's own word for itself.
func (s Running) In(where string) Running {
	s.where = where
	return s
}

// Pass ends a step that let the request go on, with what it saw. In the whole program
// each step passes at one line only, so that line is looked up once: finding out who
// calls takes longer than all the rest of a step.
func (s Running) Pass(saw ...Fact) {
	if s.trace == nil {
		return
	}
	took := s.took()
	passes := &steps[s.name].passes
	at := passes.Load()
	if at == nil {
		at = new(caller())
		passes.Store(at)
	}
	s.end("", saw, took, *at)
}

// Refuse ends the step that stopped the request, at whichever line it did, with the
// reason and what it saw.
func (s Running) Refuse(why Why, saw ...Fact) {
	if s.trace == nil {
		return
	}
	took := s.took()
	s.end(why, saw, took, caller())
	s.trace.Reason = s.name
}

func (s Running) took() int64 {
	s.trace.ended = s.trace.watch.Elapsed()
	return int64(s.trace.ended - s.began)
}

func (s Running) end(why Why, saw []Fact, took int64, at string) {
	t := s.trace
	if len(t.Steps) == maxSteps {
		return
	}
	from := len(t.facts)
	t.facts = append(t.facts, saw[:min(len(saw), maxFacts)]...)
	t.Steps = append(t.Steps, Step{
		Name: s.name, OK: why == "", Where: s.where, Why: why, Facts: Facts(t.facts[from:len(t.facts):len(t.facts)]),
		Nanoseconds: took, Source: at,
	})
}

// Present notes the credential that the request of ctx carries.
func Present(ctx context.Context, c Credential) {
	if t := From(ctx); t != nil {
		t.presented = c
		t.Credential = &t.presented
	}
}

// Admit notes who was let in.
func Admit(ctx context.Context, username string) {
	if t := From(ctx); t != nil {
		t.User = username
	}
}

// ByTab notes that a page sent the request of ctx because its visitor had logged out in another tab.
func ByTab(ctx context.Context) {
	if t := From(ctx); t != nil {
		t.ByTab = true
	}
}

// Aside notes that the request of ctx only asks about something, as what a token
// says: it stands in no list of what was authorized.
func Aside(ctx context.Context) {
	if t := From(ctx); t != nil {
		t.aside = true
	}
}

// Finish closes a trace with what became of the request.
func (t *Trace) Finish(status, requestBytes, responseBytes int) {
	t.Status, t.RequestBytes, t.ResponseBytes = status, requestBytes, responseBytes
	t.Nanoseconds = int64(t.watch.Elapsed())
	switch {
	case status >= 500:
		t.Outcome = Failed
	case status >= 400:
		t.Outcome = Denied
	default: // also where a step found nothing and that was fine, as logging out without a session
		t.Outcome, t.Reason = Allowed, NoStep
	}
}

// caller is the line that called Pass or Refuse.
func caller() string {
	var pc [1]uintptr
	runtime.Callers(3, pc[:])
	frame, _ := runtime.CallersFrames(pc[:]).Next()
	return source(frame)
}

// source writes a place in the code as "web/session/authorize.go:41". The folder
// cannot be taken from the function's name: the compiler names a function that it
// moved into another package's after that one.
func source(frame runtime.Frame) string {
	return strings.TrimPrefix(frame.File, root()) + ":" + strconv.Itoa(frame.Line)
}

// root is where the program was built, as file names begin with it; with -trimpath
// it is the module's name.
var root = sync.OnceValue(func() string {
	_, here, _, _ := runtime.Caller(0)
	return strings.TrimSuffix(here, "web/trace/record.go")
})

// cut shortens what a visitor sent to at most n bytes, and marks the cut.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

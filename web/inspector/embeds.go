package inspector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/limit"
	"twodoors/web/seat"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// Embeds gives out copies of traces, each under a random id that whoever has it can open.
type Embeds struct {
	table *data.Embeds
	now   func() time.Time
	made  *limit.Buckets[string] // by network
}

// embedRate is how many traces are embedded from one network: a class at once.
var embedRate = limit.Rate{Burst: 100, Every: time.Minute}

// NewEmbeds keeps the copies in a table.
func NewEmbeds(table *data.Embeds, now func() time.Time) *Embeds {
	return &Embeds{table: table, now: now, made: limit.New[string](10_000)}
}

// add gives out a copy of a trace of the sender's seat, and returns its id.
func (e *Embeds) add(r *http.Request, t *trace.Trace) (id string, err error) {
	if wait := e.made.Take(map[string]limit.Rate{door.ClientOf(r.Context()).Network(): embedRate}, e.now()); wait > 0 {
		return "", &httpio.Fault{Status: http.StatusTooManyRequests, Detail: "Too many traces were embedded from your network. Try again in " + tell.Since(wait+time.Second) + "."}
	}
	record, err := json.Marshal(forSlide(t))
	if err != nil {
		return "", fmt.Errorf("write a trace to embed: %w", err)
	}
	id, err = e.table.Add(r.Context(), ownerOf(r), data.Embed{ID: trace.NewID(), Trace: t.ID, Record: record, Made: e.now()})
	switch {
	case errors.Is(err, data.ErrSeatEmbedsFull):
		return "", &httpio.Fault{Status: http.StatusConflict, Detail: fmt.Sprintf("You have embedded %d traces, the most a seat can have. Take one back at /inspector/embeds first.", data.MaxEmbedsPerSeat)}
	case errors.Is(err, data.ErrEmbedsFull):
		return "", &httpio.Fault{Status: http.StatusServiceUnavailable, Detail: fmt.Sprintf("This site keeps %d embedded traces and has no room for more. Somebody has to take one back.", data.MaxEmbeds)}
	case errors.Is(err, data.ErrEmbedLarge):
		return "", &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: "This request is too large to embed. Send a shorter one."}
	}
	return id, err
}

// forSlide is what a slide needs of a trace: all that its verdict, diagram and steps show.
func forSlide(t *trace.Trace) *trace.Trace {
	given := *t
	given.Parent = ""
	if c := t.Credential; c != nil {
		given.Credential = &trace.Credential{Kind: c.Kind, Name: c.Name, Shown: tell.Clip(c.Shown, 12), Bytes: c.Bytes}
	}
	return &given
}

// get returns the copy of an id, nil when there is none.
func (e *Embeds) get(ctx context.Context, id string) (*trace.Trace, error) {
	if !trace.ValidID(id) {
		return nil, nil
	}
	record, err := e.table.Record(ctx, id, e.now())
	if errors.Is(err, data.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return read(record)
}

// idOf is that of the sender's copy of a trace, empty when there is none. When the table cannot be read it is
// empty as well: the trace is worth seeing without.
func (e *Embeds) idOf(r *http.Request, t *trace.Trace) string {
	if e == nil {
		return ""
	}
	id, err := e.table.Find(r.Context(), ownerOf(r), t.ID, e.now())
	if err != nil && !errors.Is(err, data.ErrNotFound) {
		slog.Error("embedded traces cannot be read", "err", err)
	}
	return id
}

// remove takes a copy back. It reports whether the sender's seat had it.
func (e *Embeds) remove(r *http.Request, id string) (bool, error) {
	if !trace.ValidID(id) {
		return false, nil
	}
	err := e.table.Remove(r.Context(), ownerOf(r), id)
	if errors.Is(err, data.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func read(record []byte) (*trace.Trace, error) {
	t := new(trace.Trace)
	if err := json.Unmarshal(record, t); err != nil {
		return nil, fmt.Errorf("read an embedded trace: %w", err)
	}
	return t, nil
}

// ownerOf is the seat's name, which the table knows it by.
func ownerOf(r *http.Request) string { return seat.From(r.Context()).Name() }

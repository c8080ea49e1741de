package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/data"
	"twodoors/web/trace"
)

// What happens in labs goes to the table in batches, so that no request waits for the disk: how
// long it may lie in memory alone, and how long after a batch that could not be written the
// next one comes.
const (
	saveAfter  = 200 * time.Millisecond
	retryAfter = 5 * time.Second
)

// maxRecord is how many bytes a trace may take in the table. Visitors send tokens of any length,
// and a trace shows most of them.
const maxRecord = 16 << 10

// unsaved are the seats of which something is not in the table yet.
type unsaved struct {
	mu     sync.Mutex
	bySeat map[string]*participant
	some   chan struct{} // holds one while there are some
}

func newUnsaved() *unsaved {
	return &unsaved{bySeat: map[string]*participant{}, some: make(chan struct{}, 1)}
}

func (u *unsaved) add(seat string, p *participant) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.bySeat[seat] = p
	select {
	case u.some <- struct{}{}:
	default:
	}
}

func (u *unsaved) take() map[string]*participant {
	u.mu.Lock()
	defer u.mu.Unlock()
	taken := maps.Clone(u.bySeat)
	clear(u.bySeat)
	return taken
}

// saveSoon saves what happens, until Close.
func (l *Labs) saveSoon() {
	defer close(l.saved)
	for {
		select {
		case <-l.closing:
			return
		case <-l.unsaved.some:
		}
		wait := saveAfter
		for l.pause(wait) {
			if err := l.saveAll(context.Background()); err == nil {
				break
			}
			wait = retryAfter
		}
	}
}

// pause reports whether the labs are still open afterwards.
func (l *Labs) pause(d time.Duration) bool {
	select {
	case <-l.closing:
		return false
	case <-time.After(d):
		return true
	}
}

// Close saves what is not saved yet. Nothing that happens later is.
func (l *Labs) Close() error {
	close(l.closing)
	<-l.saved
	return l.saveAll(context.Background())
}

// saveAll saves all that happened, of all seats at once.
func (l *Labs) saveAll(ctx context.Context) error {
	l.saving.Lock()
	defer l.saving.Unlock()
	taken := l.unsaved.take()
	var changes []data.LabChange
	copies := map[string]map[string]*Progress{}
	for seat, p := range taken {
		copies[seat] = p.copy()
		for lab, progress := range copies[seat] {
			if progress.unsaved {
				changes = append(changes, change(seat, lab, progress))
			}
		}
	}
	if len(changes) == 0 {
		return nil
	}
	if err := l.Table.Save(ctx, changes); err != nil {
		slog.Error("progress is not kept, and is tried again", "labs", len(changes), "err", err)
		for seat, p := range taken {
			l.unsaved.add(seat, p)
		}
		return err
	}
	for seat, p := range taken {
		p.markSaved(copies[seat])
	}
	return nil
}

// save keeps progress as it is about to be. It is called with saving held.
func (l *Labs) save(ctx context.Context, seat string, lab *Lab, p *Progress) error {
	return l.Table.Save(ctx, []data.LabChange{change(seat, lab.Name, p)})
}

// change is what is new of progress that nobody changes any more.
func change(seat, lab string, p *Progress) data.LabChange {
	c := data.LabChange{LabState: data.LabState{Seat: seat, Lab: lab}, Gone: p.gone}
	state := *p
	state.History = History{} // is kept apart
	c.State = encode(state)
	for _, s := range p.History {
		if !s.unsaved {
			continue
		}
		h := data.Happened{Number: s.number, Trace: s.Trace, Seen: encode(s)}
		if s.record != nil {
			h.Record = encode(s.record)
		}
		if len(h.Record) > maxRecord {
			h.Record = nil
		}
		if h.Seen != nil {
			c.Happened = append(c.Happened, h)
		}
	}
	return c
}

// encode writes JSON. Visitors send names and paths that are not text; of these it keeps what is.
// Something that cannot be written at all must not keep the rest from the table: it is left out.
func encode(v any) []byte {
	text, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		slog.Error("a part of the progress in a lab cannot be written", "err", err)
		return nil
	}
	return text
}

// markSaved notes that copies of progress are in the table. What came since is not.
func (p *participant) markSaved(copies map[string]*Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for lab, saved := range copies {
		if progress := p.progress[lab]; progress != nil && saved.unsaved {
			progress.markSaved(saved)
		}
	}
}

func (p *Progress) markSaved(saved *Progress) {
	records := map[int64]*trace.Trace{}
	for _, s := range saved.History {
		if s.unsaved {
			records[s.number] = s.record
		}
	}
	p.gone, p.unsaved = p.gone[len(saved.gone):], p.changes != saved.changes
	for i := range p.History {
		s := &p.History[i]
		if record, was := records[s.number]; was && s.record == record {
			s.unsaved, s.record = false, nil
		}
		p.unsaved = p.unsaved || s.unsaved
	}
	p.unsaved = p.unsaved || len(p.gone) > 0
}

// load reads what a seat has done from the table.
func (l *Labs) load(ctx context.Context, seat string) (map[string]*Progress, error) {
	states, err := l.Table.Load(ctx, seat)
	if err != nil {
		return nil, fmt.Errorf("load progress: %w", err)
	}
	all := map[string]*Progress{}
	for _, state := range states {
		progress := new(Progress)
		if err := json.Unmarshal(state.State, progress); err != nil {
			return nil, fmt.Errorf("read progress in %s: %w", state.Lab, err)
		}
		for _, h := range state.Happened {
			s := Seen{}
			if err := json.Unmarshal(h.Seen, &s); err != nil {
				return nil, fmt.Errorf("read what happened in %s: %w", state.Lab, err)
			}
			s.number, progress.last = h.Number, h.Number
			progress.History = append(progress.History, s)
		}
		l.ByName(state.Lab).tellOutcomes(progress)
		all[state.Lab] = progress
	}
	return all, nil
}

// Trace returns the trace of something that happened in a lab of a seat, whatever was forgotten
// or started anew since. It is nil when there is none of that id.
func (l *Labs) Trace(ctx context.Context, seat, id string) (*trace.Trace, error) {
	record, err := l.Table.Trace(ctx, seat, id)
	if errors.Is(err, data.ErrNotFound) {
		return nil, nil
	}
	t := new(trace.Trace)
	if err == nil {
		err = json.Unmarshal(record, t)
	}
	if err != nil {
		return nil, fmt.Errorf("load a trace of a lab: %w", err)
	}
	return t, nil
}

package front

import (
	"fmt"
	"sync"
	"time"

	"twodoors/views"
)

// maxEvents is how many the log of the server room keeps.
const maxEvents = 200

// Room is the log of what happened to the servers, in words, and who watches.
type Room struct {
	Memory  func() bool           // whether sessions are kept in each server's memory
	Changed func(by, what string) // is told when somebody changed the site, or a server crashed (by nobody); nil when nobody listens

	now      func() time.Time
	mu       sync.Mutex
	events   []event // newest first
	watchers map[chan struct{}]struct{}
}

// event is what happened, and the name of the seat that wanted it; empty when nobody
// did.
type event struct {
	views.Event
	by string
}

// NewRoom returns a room in which nothing has happened.
func NewRoom(now func() time.Time) *Room {
	return &Room{now: now, watchers: map[chan struct{}]struct{}{}}
}

// started notes that a server serves, and what that means for who was logged in.
func (r *Room) started(s *Server, asked order, took time.Duration) {
	ms := fmt.Sprintf("%d ms", max(took.Milliseconds(), 1))
	s.mu.Lock()
	first, by := s.starts == 1, s.askedBy
	s.mu.Unlock()
	switch {
	case first:
		r.note(by, "started", fmt.Sprintf("Server %d started in %s.", s.Number, ms))
	case asked == restart:
		r.note(by, "restarted", fmt.Sprintf("Server %d restarted in %s. %s", s.Number, ms, r.remembers()))
	case asked == crash:
		r.note(by, "crashed", fmt.Sprintf("Server %d was crashed, and serves again after %s. %s", s.Number, ms, r.remembers()))
	case asked == startAgain:
		r.note(by, "restarted", fmt.Sprintf("Server %d serves again, %s after it was told to. %s", s.Number, ms, r.remembers()))
	default:
		r.note("", "restarted", fmt.Sprintf("Server %d serves again, %s after it had ended. %s", s.Number, ms, r.remembers()))
	}
}

// crashed notes that a process ended and nobody had asked for it.
func (r *Room) crashed(s *Server, p *process) {
	text := fmt.Sprintf("Server %d ended by itself (pid %d, %s). It is started again.", s.Number, p.pid(), p.how())
	if why := p.blamed.Load(); why != nil {
		text = fmt.Sprintf("Server %d %s (pid %d). It is started again.", s.Number, *why, p.pid())
	}
	r.note("", "crashed", text)
	if r.Changed != nil {
		r.Changed("", text+" "+r.forgets())
	}
}

// hung notes that a process does not answer, though it is there.
func (r *Room) hung(s *Server, p *process) {
	text := fmt.Sprintf("Server %d does not answer (pid %d). No request goes to it until it answers again.", s.Number, p.pid())
	if r.Memory() {
		text += " The sessions in its memory cannot be reached."
	}
	r.note("", "hung", text)
	if r.Changed != nil {
		r.Changed("", text)
	}
}

// revived notes that a process that hung answers again.
func (r *Room) revived(s *Server, after time.Duration) {
	text := fmt.Sprintf("Server %d answers again, after %s.", s.Number, after.Round(100*time.Millisecond))
	if r.Memory() {
		text += " The sessions in its memory are still there."
	}
	r.note("", "revived", text)
}

func (r *Room) remembers() string {
	if r.Memory() {
		return "It remembers nobody: its sessions were in its memory. Tokens are as good as before."
	}
	return "The sessions are kept elsewhere: nobody was forgotten."
}

// forgets is what the end of a server means for who was logged in.
func (r *Room) forgets() string {
	if r.Memory() {
		return "The sessions in its memory are gone."
	}
	return "Its sessions are kept elsewhere: nobody was forgotten."
}

// note writes down what happened, and the seat that wanted it.
func (r *Room) note(by, kind, text string) {
	r.mu.Lock()
	now := event{views.Event{At: r.now(), Kind: kind, Text: text}, by}
	r.events = append([]event{now}, r.events[:min(len(r.events), maxEvents-1)]...)
	r.mu.Unlock()
	r.changed()
	if by != "" && r.Changed != nil {
		r.Changed(by, text)
	}
}

// changed tells who watches that there is something new to see.
func (r *Room) changed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for watcher := range r.watchers {
		select {
		case watcher <- struct{}{}:
		default: // it has not looked yet, and will see this as well
		}
	}
}

// watch returns a channel that gets a value when there is something new to see.
func (r *Room) watch() (news <-chan struct{}, end func()) {
	watcher := make(chan struct{}, 1)
	r.mu.Lock()
	r.watchers[watcher] = struct{}{}
	r.mu.Unlock()
	return watcher, func() {
		r.mu.Lock()
		delete(r.watchers, watcher)
		r.mu.Unlock()
	}
}

// log is what happened as a seat sees it: newest first, and whether it was the seat
// itself.
func (r *Room) log(seat string) (events []views.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		e.By = whoever(e.by, seat)
		events = append(events, e.Event)
	}
	return events
}

// whoever says to a seat who did something.
func whoever(did, seat string) string {
	switch did {
	case "":
		return ""
	case seat:
		return "you"
	}
	return "another seat"
}

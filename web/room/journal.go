package room

import (
	"slices"
	"sync"
	"time"
)

// maxEvents is how many a journal keeps.
const maxEvents = 200

// Event is something that happened to a room.
type Event struct {
	At   time.Time
	Kind EventKind
	Text string // in sentences
	By   string // name of the seat that wanted it; empty when nobody did
}

// EventKind is what kind of thing happened.
type EventKind string

// The kinds of events.
const (
	Began      EventKind = "started"
	NotBegun   EventKind = "did not start"
	Restarted  EventKind = "restarted"
	Crashed    EventKind = "crashed"
	Halted     EventKind = "stopped"
	Removed    EventKind = "removed"
	Unanswered EventKind = "hung"
	Revived    EventKind = "revived"
	Changed    EventKind = "changed"
	Slept      EventKind = "asleep"
	Woke       EventKind = "awake"
)

// journal is what happened to a room, and who watches it.
type journal struct {
	now func() time.Time

	mu       sync.Mutex
	events   []Event // newest first
	watchers map[chan struct{}]struct{}
}

func newJournal(now func() time.Time) *journal {
	return &journal{now: now, watchers: map[chan struct{}]struct{}{}}
}

// note writes down what happened, and the seat that wanted it.
func (j *journal) note(by string, kind EventKind, text string) {
	j.mu.Lock()
	now := Event{j.now(), kind, text, by}
	j.events = append([]Event{now}, j.events[:min(len(j.events), maxEvents-1)]...)
	j.mu.Unlock()
	j.wake()
}

// wake tells who watches that there is something new to see.
func (j *journal) wake() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for watcher := range j.watchers {
		select {
		case watcher <- struct{}{}:
		default: // it has not looked yet, and will see this as well
		}
	}
}

func (j *journal) watch() (news <-chan struct{}, end func()) {
	watcher := make(chan struct{}, 1)
	j.mu.Lock()
	j.watchers[watcher] = struct{}{}
	j.mu.Unlock()
	return watcher, func() {
		j.mu.Lock()
		delete(j.watchers, watcher)
		j.mu.Unlock()
	}
}

// Journal is what happened to the room, newest first: the last two hundred events.
func (r *Room) Journal() []Event {
	r.journal.mu.Lock()
	defer r.journal.mu.Unlock()
	return slices.Clone(r.journal.events)
}

// Watch returns a channel that gets a value when something about the room has changed, its
// status or its journal. Whoever watches calls end.
func (r *Room) Watch() (news <-chan struct{}, end func()) { return r.journal.watch() }

package class

import "sync"

// Announcement is what the pages of people in the class are told of. They ask for what it means.
type Announcement struct {
	Kind AnnouncementKind `json:"kind"`
}

// AnnouncementKind is what kind of thing is announced.
type AnnouncementKind string

// The kinds.
const (
	StepsChanged   AnnouncementKind = "steps"      // labs were opened, the clock set, the class paused, hints held back
	Asked          AnnouncementKind = "question"   // one was asked, or ended
	DoneEverywhere AnnouncementKind = "everywhere" // something was done in every room: call both doors
	Left           AnnouncementKind = "left"       // the person is out of the class
	ClassClosed    AnnouncementKind = "closed"
)

// listeners are people's pages, by the seat's name.
type listeners struct {
	mu     sync.Mutex
	bySeat map[string]map[chan []byte]bool
}

// pending is how many announcements a page may be behind. A page that is slower misses some; whatever it gets leads it to
// what is the case now.
const pending = 8

// Listen returns what is announced to a seat, each an Announcement as JSON, until end. The seat need not have joined yet.
func (c *Classes) Listen(seat string) (news <-chan []byte, end func()) {
	l, own := &c.told, make(chan []byte, pending)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bySeat == nil {
		l.bySeat = map[string]map[chan []byte]bool{}
	}
	if l.bySeat[seat] == nil {
		l.bySeat[seat] = map[chan []byte]bool{}
	}
	l.bySeat[seat][own] = true
	return own, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.bySeat[seat], own)
		if len(l.bySeat[seat]) == 0 {
			delete(l.bySeat, seat)
		}
	}
}

// tell announces something to one seat.
func (l *listeners) tell(seat string, a Announcement) {
	text := encode(a)
	l.mu.Lock()
	defer l.mu.Unlock()
	for own := range l.bySeat[seat] {
		select {
		case own <- text:
		default:
		}
	}
}

// announce announces something to everybody in the open class.
func (c *Classes) announce(a Announcement) {
	now := c.Current()
	if now == nil {
		return
	}
	for _, p := range now.People {
		c.told.tell(p.Seat, a)
	}
}

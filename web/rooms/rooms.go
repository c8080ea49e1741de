// Package rooms keeps the rooms that are open: the stage, which everybody shares, and those
// of visitors. It knows whose each one is, which of them answers whom, and how many there
// may be.
//
// It knows seats by their names. It knows nothing of requests, pages, and what labs and
// experiments do in their rooms. Start reading at Of; how a room begins and ends is in
// open.go, and what happens when there are too many in bound.go.
package rooms

import (
	"sync"
	"time"

	"twodoors/web/room"
	"twodoors/web/settings"
)

// Config is what the rooms need.
type Config struct {
	Stage         *room.Room
	Make          func(room.Config, Order) *room.Room // makes a room of a visitor, asleep, from its name, settings and bounds
	Defaults      settings.Settings                   // of a room, when whoever orders it has no wishes
	Most          int                                 // rooms that may be awake at once, beside the stage
	MostProcesses int                                 // that these may have
	InClass       func(seat string) bool              // whether a seat takes part in a class: its rooms sleep last; nil when there is none
	Now           func() time.Time
}

// Rooms are all rooms of a site.
type Rooms struct {
	Config

	mu        sync.RWMutex
	byName    map[string]*tenant
	bySeat    map[string]*tenancy
	processes int
}

// tenancy is the rooms of one seat. The lab's answers while there is one.
type tenancy struct{ lab, other *tenant }

func (t *tenancy) answering() *tenant {
	if t.lab != nil {
		return t.lab
	}
	return t.other
}

// tenant is a room, and whose it is.
type tenant struct {
	room  *room.Room
	order Order

	// These are guarded by the mutex of Rooms.
	used      time.Time // last
	unused    bool      // nothing was asked of it since it woke, so it has nothing to forget
	processes int       // that it has; none while it is asleep
}

// Order is a room that somebody wants.
type Order struct {
	Seat     string // the name of the seat that it answers
	Network  string // the address that the seat came from, as it is counted
	Kind     room.Kind
	Lab      string // name of the lab, for a room of that kind
	Title    string // for people, as "the lab “Restart”"
	Settings settings.Settings
	Measured bool // what its servers cost is measured, so their memory has no limit
}

// New returns rooms that are the stage alone. Whoever has them closes them; the stage is
// somebody else's to close.
func New(c Config) *Rooms {
	return &Rooms{Config: c, byName: map[string]*tenant{}, bySeat: map[string]*tenancy{}}
}

// Of returns the room that answers a seat: its lab's, else its own, else the stage.
func (r *Rooms) Of(seat string) *room.Room {
	if t := r.tenant(seat); t != nil {
		return t.room
	}
	return r.Stage
}

// NameOf is the name of the room that answers a seat, empty for the stage.
func (r *Rooms) NameOf(seat string) string {
	if t := r.tenant(seat); t != nil {
		return t.room.Name()
	}
	return ""
}

func (r *Rooms) tenant(seat string) *tenant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if t := r.bySeat[seat]; t != nil {
		return t.answering()
	}
	return nil
}

// ByName returns the room of a name, nil when there is none. The stage's may be empty.
func (r *Rooms) ByName(name string) *room.Room {
	if name == "" || name == r.Stage.Name() {
		return r.Stage
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if t := r.byName[name]; t != nil {
		return t.room
	}
	return nil
}

// Lab is the lab whose room answers a seat, empty when there is none.
func (r *Rooms) Lab(seat string) string {
	if t := r.tenant(seat); t != nil {
		return t.order.Lab
	}
	return ""
}

// Told is a room as a list of all of them tells it.
type Told struct {
	Name     string    `json:"name"`
	Kind     room.Kind `json:"kind"`
	Lab      string    `json:"lab,omitempty"`
	State    string    `json:"state"` // awake or asleep
	Servers  int       `json:"servers"`
	OpenedAt time.Time `json:"opened_at"`
	UsedAt   time.Time `json:"used_at"`
}

// The states of a room.
const (
	Awake  = "awake"
	Asleep = "asleep"
)

// Mine tells of the room that answers a seat. It is nil for the stage.
func (r *Rooms) Mine(seat string) *Told {
	t := r.tenant(seat)
	if t == nil {
		return nil
	}
	told := r.tell(t)
	return &told
}

// List tells of all rooms but the stage, the newest first.
func (r *Rooms) List() []Told {
	all := []Told{}
	for _, t := range r.tenants() {
		all = append(all, r.tell(t))
	}
	return all
}

func (r *Rooms) tell(t *tenant) Told {
	r.mu.RLock()
	used := t.used
	r.mu.RUnlock()
	told := Told{
		Name: t.room.Name(), Kind: t.order.Kind, Lab: t.order.Lab, State: Awake, Servers: t.room.Settings().Servers,
		OpenedAt: t.room.Opened().UTC().Round(0), UsedAt: used.UTC().Round(0),
	}
	if t.room.Asleep() {
		told.State = Asleep
	}
	return told
}

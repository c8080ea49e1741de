package room

import (
	"net"
	"strconv"
	"time"

	"twodoors/web/redisio"
	"twodoors/web/settings"
	"twodoors/web/trace/tell"
)

// Status is a room as it is now, and as the API tells it.
type Status struct {
	Room     Identity          `json:"room"`
	Settings settings.Settings `json:"settings"`
	Servers  []ServerStatus    `json:"servers"`
	Store    StoreStatus       `json:"store"`
}

// Identity is which room it is.
type Identity struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
}

// ServerStatus is a server as it is now.
type ServerStatus struct {
	Number    int       `json:"number"`
	PID       int       `json:"pid"`
	State     State     `json:"state"`
	StartedAt time.Time `json:"started_at"`
	Starts    int       `json:"starts"`
	Sessions  int64     `json:"sessions"` // in its memory
	Requests  int64     `json:"requests"`

	Took      time.Duration `json:"-"` // to take the place of the process before
	OrderedBy string        `json:"-"` // name of the seat whose order brought it to its state, empty when nobody's did
	Since     time.Time     `json:"-"` // it is in its state
}

// StoreStatus is where sessions are kept, as it is now.
type StoreStatus struct {
	Kind    string `json:"kind"`
	State   string `json:"state"`             // up, away, refusing (with an error), or outside: not ours, and usable
	Address string `json:"address"`           // empty when it is in the servers
	Program string `json:"program,omitempty"` // which Redis: redis-server, miniredis or outside
	Fault   string `json:"fault,omitempty"`   // what is wrong, when it was not taken away: "does not answer"
}

// Status returns the room as it is now.
func (r *Room) Status() Status {
	status := Status{Room: Identity{r.name, r.kind}, Settings: r.Settings(), Store: r.Store()}
	for _, s := range r.all() {
		status.Servers = append(status.Servers, s.status())
	}
	return status
}

// Server returns a server as it is now, and reports whether there is one of that number.
func (r *Room) Server(number int) (ServerStatus, bool) {
	s := r.byNumber(number)
	if s == nil {
		return ServerStatus{}, false
	}
	return s.status(), true
}

func (s *Server) status() ServerStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := ServerStatus{
		Number: s.Number, State: s.state, StartedAt: s.startedAt.UTC().Round(0), Starts: s.starts, Took: s.took,
		Sessions: s.sessions.Load(), Requests: s.requests.Load(), OrderedBy: s.orderedBy, Since: s.since,
	}
	if s.process != nil {
		status.PID = s.process.pid()
	}
	return status
}

// Store returns where sessions are kept, as it is now.
func (r *Room) Store() StoreStatus {
	kind := string(r.doors.Load().Store)
	if r.Asleep() {
		return StoreStatus{Kind: kind, State: string(Asleep)}
	}
	switch kind {
	case settings.StoreMemory:
		return StoreStatus{Kind: kind, State: "up"}
	case settings.StoreRedis:
		return r.redis.status()
	}
	state := "up"
	if r.database.InPlace() != nil {
		state = "away"
	}
	return StoreStatus{Kind: kind, State: state, Address: r.database.Name()}
}

func (s *redis) status() StoreStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := StoreStatus{Kind: settings.StoreRedis, State: "away", Address: s.address(), Program: s.kind}
	switch {
	case s.outside != "":
		status.State, status.Program = "outside", "outside"
	case s.process != nil:
		status.State = "up"
	}
	if s.fault != nil {
		status.State, status.Fault = "away", tell.Redis(s.fault.Code)
		if s.fault.Refuses {
			status.State = "refusing"
		}
	}
	return status
}

// address is where the Redis is, without user and password. It is called with mu held.
func (s *redis) address() string {
	if s.outside != "" {
		return redisio.Label(s.outside)
	}
	if s.port == 0 {
		return ""
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))
}

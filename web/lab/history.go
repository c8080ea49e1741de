package lab

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"twodoors/web/settings"
	"twodoors/web/trace"
)

// MaxHistory is how much a lab remembers of what happened in one seat.
const MaxHistory = 200

// History is what happened in a seat since a lab began, oldest first.
type History []Seen

// Seen is something that happened while a lab was under way: a request of the
// seat, as far as labs look at it, with the settings of that moment.
type Seen struct {
	Trace      string        `json:"trace"` // its id
	Room       string        `json:"room"`  // that answered
	At         time.Time     `json:"at"`
	Client     string        `json:"client,omitzero"` // who sent it, when it was not the visitor: "thief"
	Method     string        `json:"method"`
	Path       string        `json:"path"`
	Door       string        `json:"door,omitzero"`
	Server     int           `json:"server,omitzero"`
	Start      int           `json:"start,omitzero"` // of the server
	Status     int           `json:"status"`
	Outcome    trace.Outcome `json:"outcome"`
	Reason     trace.Name    `json:"reason,omitzero"`     // the step that refused
	Why        trace.Why     `json:"why,omitzero"`        // its reason
	Where      string        `json:"where,omitzero"`      // it looked
	Facts      trace.Facts   `json:"facts,omitempty"`     // that it saw
	User       string        `json:"user,omitzero"`       // who was let in
	Credential string        `json:"credential,omitzero"` // as its trace shows it; of a token the signature
	Retried    bool          `json:"retried,omitzero"`    // another server had not answered
	Found      Found         `json:"found,omitzero"`      // what a lab itself found out about it
	Settings   Circumstances `json:"settings"`

	number  int64        // in the lab, rising from 1
	unsaved bool         // it is not in the table yet, or not with its trace
	record  *trace.Trace // for the table; nil when that has it, and where there is none
}

// WithTrace returns the same with its finished trace, which is kept beside it.
func (s Seen) WithTrace(t *trace.Trace) Seen {
	s.record = t
	return s
}

// Circumstances are the settings that decide how a request ends.
type Circumstances struct {
	Servers        int    `json:"servers"`
	Balance        string `json:"balance"`
	Store          string `json:"store"`
	StoreAway      bool   `json:"store_away,omitzero"`
	Alg            string `json:"alg"`
	Keys           string `json:"keys"`
	AccessLifetime string `json:"access_lifetime"`
	RefreshGrace   string `json:"refresh_grace,omitzero"`
	Revocation     string `json:"revocation"`
}

func circumstances(s settings.Settings, storeAway bool) Circumstances {
	return Circumstances{
		Servers: s.Servers, Balance: s.Balance, Store: string(s.Store), StoreAway: storeAway, Alg: s.Alg, Keys: s.Keys,
		AccessLifetime: s.AccessLifetime.String(), RefreshGrace: s.RefreshGrace.String(), Revocation: s.Revocation,
	}
}

// FromTrace is a request as labs look at it whose trace is finished, without the circumstances.
func FromTrace(t *trace.Trace) Seen {
	s := Seen{
		Trace: t.ID, Room: t.Room, At: t.At, Client: t.Client, Method: t.Method, Path: t.Path, Door: t.Door, Server: t.Server, Start: t.Start,
		Status: t.Status, Outcome: t.Outcome, Reason: t.Reason, User: t.User, record: t,
	}
	for _, step := range t.Steps {
		if step.Name == t.Reason && !step.OK {
			s.Why, s.Where, s.Facts = step.Why, step.Where, step.Facts
		}
		s.Retried = s.Retried || step.Name == trace.FrontRetry
	}
	if strings.HasPrefix(t.Path, "/r/") && strings.HasSuffix(t.Path, keysPath) {
		s.Path = keysPath // whichever room's keys they are
	}
	if t.Credential != nil {
		s.Credential = signature(t.Credential.Shown)
	}
	return s
}

// keysPath is where the public keys of a room are, below its address.
const keysPath = "/.well-known/jwks.json"

// KeysPath is where the public keys of the room are that answers a seat.
func (l *Labs) KeysPath(seat string) string { return "/r/" + l.Rooms.Of(seat).Name() + keysPath }

// FromRequest is a request that a lab answers itself, with what it found out.
func FromRequest(r *http.Request, found Found) Seen {
	return Seen{Trace: trace.From(r.Context()).ID, Room: trace.From(r.Context()).Room, Method: r.Method, Path: r.URL.Path, Status: http.StatusOK, Outcome: trace.Allowed, Found: found}
}

// TokenCredential is what the history of a request that presents a token has as its credential.
func TokenCredential(token string) string { return signature(trace.ShowJWT(token)) }

// signature is the last part of a token, and all of a session ID.
func signature(shown string) string { return shown[strings.LastIndexByte(shown, '.')+1:] }

// Summary is a trace with what labs know of it.
func (s Seen) Summary() *trace.Trace {
	t := &trace.Trace{
		ID: s.Trace, At: s.At, Method: s.Method, Path: s.Path, Door: s.Door, Server: s.Server, Start: s.Start,
		Status: s.Status, Outcome: s.Ended(), Reason: s.Reason, User: s.User,
	}
	if s.Reason != trace.NoStep {
		t.Steps = []trace.Step{{Name: s.Reason, Why: s.Why, Where: s.Where, Facts: s.Facts}}
	}
	return t
}

// First returns the first request of which everything holds.
func (h History) First(what ...Is) (Seen, bool) {
	i := slices.IndexFunc(h, All(what...))
	if i < 0 {
		return Seen{}, false
	}
	return h[i], true
}

// Last returns the last request of which everything holds.
func (h History) Last(what ...Is) (Seen, bool) {
	holds := All(what...)
	for i := len(h) - 1; i >= 0; i-- {
		if holds(h[i]) {
			return h[i], true
		}
	}
	return Seen{}, false
}

// Every returns the requests of which everything holds.
func (h History) Every(what ...Is) History {
	holds, found := All(what...), History{}
	for _, s := range h {
		if holds(s) {
			found = append(found, s)
		}
	}
	return found
}

// Before returns what happened before a request.
func (h History) Before(s Seen) History { return h[:h.index(s)] }

// After returns what happened after a request.
func (h History) After(s Seen) History { return h[h.index(s)+1:] }

func (h History) index(s Seen) int {
	return slices.IndexFunc(h, func(other Seen) bool { return other.Trace == s.Trace })
}

// SeveralServers reports whether not all requests were answered by the same server.
func (h History) SeveralServers() bool {
	return slices.ContainsFunc(h, func(s Seen) bool { return s.Server != h[0].Server })
}

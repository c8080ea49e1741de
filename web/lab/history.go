package lab

import (
	"slices"
	"strings"
	"time"

	"twodoors/web/settings"
	"twodoors/web/trace"
)

// MaxHistory is how much a lab remembers of what happened in one seat.
const MaxHistory = 200

// Seen is something that happened while a lab was under way: a request of the
// seat, as far as labs look at it, with the settings of that moment.
type Seen struct {
	Trace      string        `json:"trace"` // its id
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
	Credential string        `json:"credential,omitzero"` // what its trace shows of it, of a token the signature's beginning
	Retried    bool          `json:"retried,omitzero"`    // another server had not answered
	Found      Found         `json:"found,omitzero"`      // what a lab itself found out about it
	Settings   Circumstances `json:"settings"`
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
		Servers: s.Servers, Balance: s.Balance, Store: s.Store, StoreAway: storeAway, Alg: s.Alg, Keys: s.Keys,
		AccessLifetime: s.AccessLifetime.String(), RefreshGrace: s.RefreshGrace.String(), Revocation: s.Revocation,
	}
}

func see(t *trace.Trace, around Circumstances) Seen {
	s := Seen{
		Trace: t.ID, At: t.At, Client: t.Client, Method: t.Method, Path: t.Path, Door: t.Door, Server: t.Server, Start: t.Start,
		Status: t.Status, Outcome: t.Outcome, Reason: t.Reason, User: t.User, Settings: around,
	}
	for _, step := range t.Steps {
		if step.Name == t.Reason && !step.OK {
			s.Why, s.Where, s.Facts = step.Why, step.Where, step.Facts
		}
		s.Retried = s.Retried || step.Name == trace.FrontRetry
	}
	if t.Credential != nil {
		shown := t.Credential.Shown
		s.Credential = shown[strings.LastIndexByte(shown, '.')+1:] // of a token the signature
	}
	return s
}

// Refusal is the step that refused.
func (s Seen) Refusal() trace.Step {
	return trace.Step{Name: s.Reason, Why: s.Why, Where: s.Where, Facts: s.Facts}
}

// History is what happened in a seat since a lab began, oldest first.
type History []Seen

// Is says something about a request.
type Is func(Seen) bool

// First returns the first request of which everything holds.
func (h History) First(what ...Is) (Seen, bool) {
	i := slices.IndexFunc(h, All(what...))
	if i < 0 {
		return Seen{}, false
	}
	return h[i], true
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

// After returns what happened after a request.
func (h History) After(s Seen) History {
	i := slices.IndexFunc(h, func(other Seen) bool { return other.Trace == s.Trace })
	return h[i+1:]
}

// All holds when everything does.
func All(what ...Is) Is {
	return func(s Seen) bool {
		return !slices.ContainsFunc(what, func(is Is) bool { return !is(s) })
	}
}

// Any holds when something does.
func Any(what ...Is) Is {
	return func(s Seen) bool {
		return slices.ContainsFunc(what, func(is Is) bool { return is(s) })
	}
}

// Not holds when something does not.
func Not(is Is) Is { return func(s Seen) bool { return !is(s) } }

// To holds for requests with a method to a path.
func To(method, path string) Is {
	return func(s Seen) bool { return s.Method == method && s.Path == path }
}

// Login holds for whoever logged in at a door; Me for calls of its protected page.
func Login(door string) Is { return All(To("POST", "/api/"+door+"/login"), Allowed) }

// Me holds for calls of a door's protected page through the API.
func Me(door string) Is { return To("GET", "/api/"+door+"/me") }

// Allowed holds for a request that was let in.
func Allowed(s Seen) bool { return s.Outcome == trace.Allowed }

// RefusedAt holds for a request that a step refused.
func RefusedAt(step trace.Name) Is {
	return func(s Seen) bool { return s.Outcome != trace.Allowed && s.Reason == step }
}

// Failed holds for a request that could not be answered: 5xx.
func Failed(s Seen) bool { return s.Outcome == trace.Failed }

// By holds for what a client of the lab's own sent, "" for the visitor.
func By(client string) Is { return func(s Seen) bool { return s.Client == client } }

// When holds for requests under certain settings.
func When(so func(Circumstances) bool) Is { return func(s Seen) bool { return so(s.Settings) } }

// StoreIs holds while sessions are kept in a store.
func StoreIs(store string) Is { return When(func(c Circumstances) bool { return c.Store == store }) }

// Each returns a check that is passed when each of several things happened, in
// whatever order.
func Each(things ...Is) Check {
	return func(h History) (found []Seen) {
		for _, thing := range things {
			s, ok := h.First(thing)
			if !ok {
				return nil
			}
			found = append(found, s)
		}
		return found
	}
}

// InTurn returns a check that is passed when several things happened one after
// the other; anything may lie between.
func InTurn(things ...Is) Check {
	return func(h History) (found []Seen) {
		for _, thing := range things {
			s, ok := h.First(thing)
			if !ok {
				return nil
			}
			found, h = append(found, s), h.After(s)
		}
		return found
	}
}

// Both returns a check that is passed when all of several are.
func Both(checks ...Check) Check {
	return func(h History) (found []Seen) {
		for _, check := range checks {
			seen := check(h)
			if seen == nil {
				return nil
			}
			found = append(found, seen...)
		}
		return found
	}
}

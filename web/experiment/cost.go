package experiment

import (
	"cmp"
	"context"
	"slices"
	"time"

	"twodoors/web/trace"
)

// CostRequests is how many requests of each kind are measured.
const CostRequests = 120

// Costs is what requests cost on this machine: for each way of being logged in, how
// long each step took and how many bytes went over the wire, and how looking up grows
// with the number of users.
type Costs struct {
	Requests     int          `json:"requests"` // of each kind; what is told is the median
	Kinds        []CostOfKind `json:"kinds"`
	Growth       []Growing    `json:"growth"`
	Meanwhile    Others       `json:"meanwhile"`
	Milliseconds int64        `json:"ms"` // that it took
}

// CostOfKind is what one request of a kind costs.
type CostOfKind struct {
	Heading
	Settings      Settings     `json:"settings"`
	Nanoseconds   int64        `json:"ns"`       // of all steps of the door
	Whole         int64        `json:"whole_ns"` // from the request's arrival at the front to its answer
	Steps         []CostOfStep `json:"steps"`
	Credential    int          `json:"credential_bytes"` // the cookie, or the token
	RequestBytes  int          `json:"request_bytes"`
	ResponseBytes int          `json:"response_bytes"`
	Trace         *trace.Trace `json:"trace,omitempty"` // of one of them
	Fault         string       `json:"fault,omitempty"` // why it could not be measured, as a sentence
}

// CostOfStep is what one step of the door costs.
type CostOfStep struct {
	Name        trace.Name `json:"name"`
	Nanoseconds int64      `json:"ns"`
}

// Proofs are the traces of one request of each kind.
func (c *Costs) Proofs() []*trace.Trace {
	var proofs []*trace.Trace
	for _, k := range c.Kinds {
		if k.Trace != nil {
			proofs = append(proofs, k.Trace)
		}
	}
	return proofs
}

// Kind returns what a kind costs, nil when that is not known yet.
func (c *Costs) Kind(name string) *CostOfKind {
	i := slices.IndexFunc(c.Kinds, func(k CostOfKind) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return &c.Kinds[i]
}

// kinds are the ways of being logged in that are compared.
func kinds() []credential {
	token := func(name, title, alg, revocation string) credential {
		return credential{Heading: Heading{name, title, TokenDoor}, settings: Settings{"store": "memory", "alg": alg, "revocation": revocation}}
	}
	session := func(name, title string) credential {
		return credential{Heading: Heading{name, title, SessionDoor}, settings: Settings{"store": name, "alg": "HS256", "revocation": "off"}}
	}
	return []credential{
		session("memory", "Session in memory"), session("sqlite", "Session in SQLite"), session("redis", "Session in Redis"),
		token("hs256", "Token, HS256", "HS256", "off"), token("rs256", "Token, RS256", "RS256", "off"),
		token("es256", "Token, ES256", "ES256", "off"), token("eddsa", "Token, EdDSA", "EdDSA", "off"),
		token("hs256-list", "HS256 and a list", "HS256", "on"), token("es256-list", "ES256 and a list", "ES256", "on"),
	}
}

// Cost measures. The requests go through the room; the growth is that of a database and a
// map of a separate site.
func Cost(ctx context.Context, in *Room, report func(Progress)) (*Costs, error) {
	began, all := time.Now(), kinds()
	c := &Costs{Requests: CostRequests}
	total, faults := len(all)+len(sizes), 0
	for i, kind := range all {
		report(Progress{i, total, kind.Title, c.soFar(in)})
		cost := costOf(ctx, in, kind)
		if cost.Fault != "" {
			if ctx.Err() != nil {
				return c, ctx.Err()
			}
			faults++
		}
		c.Kinds = append(c.Kinds, cost)
	}
	err := c.grow(ctx, in.Program, func(measured int) {
		report(Progress{len(all) + measured, total, "Adding users", c.soFar(in)})
	})
	c.Milliseconds = time.Since(began).Milliseconds()
	return c.soFar(in), cmp.Or(err, complete(faults, len(all)))
}

// soFar are the costs as they are now, with what others did meanwhile.
func (c *Costs) soFar(in *Room) *Costs {
	others := in.Others()
	c.Meanwhile = Others{Rooms: max(c.Meanwhile.Rooms, others.Rooms), Requests: others.Requests}
	now := *c
	return &now
}

// coarse is a clock that ticks too seldom to compare doors by.
const coarse = time.Microsecond

// costOf measures one kind.
func costOf(ctx context.Context, in *Room, kind credential) CostOfKind {
	cost := CostOfKind{Heading: kind.Heading, Settings: kind.settings}
	traces, err := sample(ctx, in, kind)
	if err != nil {
		cost.Fault = "This could not be measured: " + err.Error() + "."
		return cost
	}
	last := traces[len(traces)-1]
	cost.Trace = last
	if tick := trace.Tick(); tick > coarse {
		cost.Fault = "This could not be measured: the clock of this machine ticks every " + tick.String() + ", and a door takes less."
		return cost
	}
	cost.Whole = median(traces, func(t *trace.Trace) int64 { return t.Nanoseconds })
	cost.RequestBytes, cost.ResponseBytes = last.RequestBytes, last.ResponseBytes
	if last.Credential != nil {
		cost.Credential = last.Credential.Bytes
	}
	for i, step := range last.Steps {
		if step.Name.Actor() == trace.Front || step.Name.Actor() == trace.Browser {
			continue
		}
		ns := median(traces, func(t *trace.Trace) int64 {
			if i < len(t.Steps) && t.Steps[i].Name == step.Name {
				return t.Steps[i].Nanoseconds
			}
			return step.Nanoseconds
		})
		cost.Steps = append(cost.Steps, CostOfStep{step.Name, ns})
		cost.Nanoseconds += ns
	}
	return cost
}

// sample logs in, calls the protected page, and returns the traces of the calls. The
// first calls do not count: caches are cold.
func sample(ctx context.Context, in *Room, kind credential) ([]*trace.Trace, error) {
	const cold = 20
	admin, visitor := in.Client(adminName), in.Client(visitorName)
	defer admin.Leave()
	defer visitor.Leave()
	if err := admin.Set(ctx, kind.settings); err != nil {
		return nil, err
	}
	if _, err := visitor.LogIn(ctx, kind.Door); err != nil {
		return nil, err
	}
	var traces []*trace.Trace
	for i := range cold + CostRequests {
		answer, err := visitor.Must(ctx, "GET", "/api/"+kind.Door+"/me", nil, nil)
		if err != nil {
			return nil, err
		}
		if i < cold {
			continue
		}
		t, err := visitor.Trace(ctx, answer)
		if err != nil {
			return nil, err
		}
		traces = append(traces, t)
	}
	return traces, nil
}

func median(traces []*trace.Trace, of func(*trace.Trace) int64) int64 {
	var values []int64
	for _, t := range traces {
		values = append(values, of(t))
	}
	return middle(values)
}

func middle(values []int64) int64 {
	slices.Sort(values)
	return values[len(values)/2]
}

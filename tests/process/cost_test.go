package process

import "testing"

// cost is what the experiment tells, as far as the test reads it.
type cost struct {
	Requests int
	Kinds    []costOfKind
	Growth   []struct {
		Users                          int
		Computed                       bool
		Memory, SQLite, List, Unlisted lookup
	}
}

type lookup struct {
	Ns    int64
	First int64 `json:"first_ns"`
	Bytes int64
}

type costOfKind struct {
	Name, Fault     string
	Ns              int64
	Whole           int64 `json:"whole_ns"`
	CredentialBytes int   `json:"credential_bytes"`
	RequestBytes    int   `json:"request_bytes"`
	ResponseBytes   int   `json:"response_bytes"`
	Steps           []struct {
		Name string
		Ns   int64
	}
	Trace *struct{ ID, Outcome string }
}

// asks is the step that every kind is there for.
var asks = map[string]string{
	"memory": "session.find", "sqlite": "session.find", "redis": "session.find",
	"hs256": "signature.verify", "rs256": "signature.verify", "es256": "signature.verify", "eddsa": "signature.verify",
	"hs256-list": "revocation.check", "es256-list": "revocation.check",
}

// The figures of "What a request costs" are those of real traces.
func TestWhatARequestCosts(t *testing.T) {
	t.Parallel()
	var c cost
	experiment(t, &c, "cost")
	if len(c.Kinds) != len(asks) || c.Requests < 100 {
		t.Fatalf("%d kinds, %d requests", len(c.Kinds), c.Requests)
	}
	for _, kind := range c.Kinds {
		kind.addsUp(t)
	}
	c.growsWithUsers(t)
}

// addsUp checks that the steps of a request are all that it costs, and that it asks what it
// says it asks.
func (k costOfKind) addsUp(t *testing.T) {
	t.Helper()
	sum, steps := int64(0), map[string]bool{}
	for _, step := range k.Steps {
		sum += step.Ns
		steps[step.Name] = true
	}
	lists := k.Name == "hs256-list" || k.Name == "es256-list"
	switch {
	case k.Fault != "" || k.Trace == nil || k.Trace.Outcome != "allowed":
		t.Errorf("%+v", k)
	case !steps[asks[k.Name]] || steps["revocation.check"] != lists:
		t.Errorf("%s: steps %v", k.Name, steps)
	case k.Ns <= 0 || k.Ns != sum:
		t.Errorf("%s: %d ns, its steps %d, the whole %d", k.Name, k.Ns, sum, k.Whole)
	case k.CredentialBytes <= 0 || k.CredentialBytes >= k.RequestBytes || k.ResponseBytes <= 0:
		t.Errorf("%s: bytes %d %d %d", k.Name, k.CredentialBytes, k.RequestBytes, k.ResponseBytes)
	}
}

// growsWithUsers checks that more users take more room, except tokens without a list, and
// that whoever is at work is found as fast among a hundred thousand as among a thousand.
func (c cost) growsWithUsers(t *testing.T) {
	t.Helper()
	if len(c.Growth) != 5 {
		t.Fatalf("%+v", c.Growth)
	}
	if some, all := c.Growth[1], c.Growth[3]; all.SQLite.Ns > 4*some.SQLite.Ns || all.List.Ns > 4*some.List.Ns || all.SQLite.First <= 0 {
		t.Errorf("look-ups grow from %+v to %+v", some, all)
	}
	fewer := c.Growth[0]
	for i, g := range c.Growth {
		if g.Computed != (g.Users > 100_000) || g.Computed == (g.SQLite.Ns > 0) || g.Unlisted != (lookup{}) {
			t.Errorf("%+v", g)
		}
		if i > 0 && (g.SQLite.Bytes <= fewer.SQLite.Bytes || g.Memory.Bytes <= fewer.Memory.Bytes || g.List.Bytes <= fewer.List.Bytes) {
			t.Errorf("%d users take no more room than %d: %+v", g.Users, fewer.Users, g)
		}
		fewer = g
	}
}

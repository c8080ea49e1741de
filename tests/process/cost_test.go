package process

import (
	"testing"
)

// The figures of "What a request costs" are those of real traces: the steps add up,
// every kind asks what it says it asks, and more users take more room, except tokens
// without a list. Whoever is at work is found as fast among a hundred thousand as among
// a thousand.
func TestWhatARequestCosts(t *testing.T) {
	t.Parallel()
	type held struct {
		Ns    int64
		First int64 `json:"first_ns"`
		Bytes int64
	}
	var c struct {
		Requests int
		Kinds    []struct {
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
		Growth []struct {
			Users                          int
			Computed                       bool
			Memory, SQLite, List, Unlisted held
		}
	}
	experiment(t, &c, "cost")
	asks := map[string]string{
		"memory": "session.find", "sqlite": "session.find", "redis": "session.find",
		"hs256": "signature.verify", "rs256": "signature.verify", "es256": "signature.verify", "eddsa": "signature.verify",
		"hs256-list": "revocation.check", "es256-list": "revocation.check",
	}
	if len(c.Kinds) != len(asks) || c.Requests < 100 {
		t.Fatalf("%d kinds, %d requests", len(c.Kinds), c.Requests)
	}
	for _, k := range c.Kinds {
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
	if len(c.Growth) != 5 {
		t.Fatalf("%+v", c.Growth)
	}
	if some, all := c.Growth[1], c.Growth[3]; all.SQLite.Ns > 4*some.SQLite.Ns || all.List.Ns > 4*some.List.Ns || all.SQLite.First <= 0 {
		t.Errorf("look-ups grow from %+v to %+v", some, all)
	}
	for i, g := range c.Growth {
		if g.Computed != (g.Users > 100_000) || g.Computed == (g.SQLite.Ns > 0) || g.Unlisted != (held{}) {
			t.Errorf("%+v", g)
		}
		if i > 0 && (g.SQLite.Bytes <= c.Growth[i-1].SQLite.Bytes || g.Memory.Bytes <= c.Growth[i-1].Memory.Bytes || g.List.Bytes <= c.Growth[i-1].List.Bytes) {
			t.Errorf("%d users take no more room than %d: %+v", g.Users, c.Growth[i-1].Users, g)
		}
	}
}

// Package metrics counts, for who looks after a site, what its traces tell: how often each door decided how, which step
// refused, and how long each step took. It writes that as text that Prometheus reads, with what else is measured at the
// moment of the question.
//
// It knows traces and nothing of who made them. A request costs it a few additions: no lock is taken, and nothing is
// allocated once every kind of step has been seen. Start reading at Meter.Observe.
package metrics

import (
	"maps"
	"sync"
	"sync/atomic"

	"twodoors/web/trace"
)

// Meter counts what traces tell.
type Meter struct {
	decisions counted[decision, atomic.Uint64]
	steps     counted[place, histogram]
	reused    atomic.Uint64 // refresh tokens that came again after their successor was in use
}

// decision is how a door decided, and by which step when it refused.
type decision struct {
	door    string
	outcome trace.Outcome
	reason  trace.Name
}

// place is a step, and the store that it asked, if it asked one.
type place struct {
	step  trace.Name
	store string
}

// New returns a meter that has counted nothing.
func New() *Meter { return &Meter{} }

// Observe counts a finished trace.
func (m *Meter) Observe(t *trace.Trace) {
	m.decisions.of(decision{t.Door, t.Outcome, t.Reason}).Add(1)
	for i := range t.Steps {
		step := &t.Steps[i]
		at := place{step: step.Name}
		if step.Name.Actor() == trace.Store {
			at.store = step.Where
		}
		m.steps.of(at).observe(step.Nanoseconds, done(step))
		if step.Name == trace.FamilyRevoke && step.Why == trace.RefreshReused {
			m.reused.Add(1)
		}
	}
}

// done reports whether a step did what its name says. One that revokes a family because of the token that came refuses
// the request, and has revoked the family all the same.
func done(step *trace.Step) bool {
	return step.OK || step.Name == trace.FamilyRevoke && step.Why != trace.DatabaseUnwritable
}

// most bounds how many kinds of things are told apart: servers name steps and stores, and one of another version might
// name any.
const most = 500

// counted are counts by key. Reading the map needs no lock: a new key makes another map.
type counted[K comparable, V any] struct {
	all   atomic.Pointer[map[K]*V]
	mu    sync.Mutex // held to add one
	spare V          // counts what there is no more room for
}

func (c *counted[K, V]) of(key K) *V {
	if all := c.all.Load(); all != nil {
		if found := (*all)[key]; found != nil {
			return found
		}
	}
	return c.add(key)
}

func (c *counted[K, V]) add(key K) *V {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[K]*V{}
	if before := c.all.Load(); before != nil {
		maps.Copy(all, *before)
	}
	if found := all[key]; found != nil {
		return found
	}
	if len(all) >= most {
		return &c.spare
	}
	all[key] = new(V)
	c.all.Store(&all)
	return all[key]
}

// now are the counts as they are.
func (c *counted[K, V]) now() map[K]*V {
	if all := c.all.Load(); all != nil {
		return *all
	}
	return nil
}

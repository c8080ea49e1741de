package room

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"twodoors/web/relay"
	"twodoors/web/settings"
)

// stepTimeout is how long the front waits for a server's answer to a step of a change:
// a server that works says within less that it is unable.
const stepTimeout = relay.PrepareTimeout + 2*time.Second

// participant is a process that a change concerns, with its latest answer.
type participant struct {
	server  *Server
	process *process
	answer  relay.Done
	err     error // it has ended, or does not answer
}

// adopt makes every server go by new settings, and by a new key when a rotation is asked
// for, or changes nothing at all: its error then says so to people. When it returns, no
// server goes by the old ones. Servers that are away take the new ones when they start;
// one that does not answer while others do is killed, and started again with them.
func (r *Room) adopt(doors settings.Doors, rotation *relay.Rotation) (relay.Done, error) {
	r.changing.Lock()
	defer r.changing.Unlock()
	all := r.participants()
	if rotation != nil && len(all) == 0 {
		return relay.Done{}, unchanged("no server is ready to create a key; start one, or wait until one has started")
	}
	err := agree(all, relay.Change{ID: rand.Text(), Settings: doors, Redis: r.redis.at(), Rotation: rotation})
	if err == errUncertain {
		r.version++ // whoever is starting looks at the keys again
	}
	if err != nil {
		return relay.Done{}, err
	}
	r.version++
	r.doors.Store(&doors)
	total := relay.Done{Invalidated: map[string]int{}}
	for _, p := range all {
		if p.err != nil {
			continue
		}
		total.KeyID = p.answer.KeyID
		for key, tokens := range p.answer.Invalidated { // all servers tell of a shared key
			total.Invalidated[key] = tokens
		}
	}
	return total, nil
}

// participants are the processes that requests go to.
func (r *Room) participants() (all []*participant) {
	for _, s := range r.all() {
		if p := s.serving(); p != nil {
			all = append(all, &participant{server: s, process: p})
		}
	}
	return all
}

// agree has all servers make a change, or none. The servers take each step at the same
// time. What they cannot do shows while they prepare, or when one of them writes; with
// that it is decided, and whoever does not follow any more is killed.
func agree(all []*participant, c relay.Change) error {
	together(all, relay.Message{Prepare: &c})
	err := refusal(all)
	if err == nil {
		err = write(all)
	}
	if err != nil {
		together(all, relay.Message{Do: relay.Abort})
		return err
	}
	together(all, relay.Message{Do: relay.Commit})
	for _, p := range all {
		if p.err != nil && p.server.serving() == p.process { // else it is ending, or is told before it serves again
			p.kill()
		}
	}
	return nil
}

// together has all who have answered so far take a step at the same time.
func together(all []*participant, m relay.Message) {
	var asking sync.WaitGroup
	for _, p := range all {
		if p.err == nil {
			asking.Go(func() { p.ask(m) })
		}
	}
	asking.Wait()
}

func (p *participant) ask(m relay.Message) {
	p.answer = relay.Done{}
	if err := p.process.tell(m, &p.answer, stepTimeout); err != nil {
		p.err = fmt.Errorf("server %s: %w", p.server.label(), err)
	}
}

// kill ends a process that has not followed a change: it is started again, and goes by
// what was decided.
func (p *participant) kill() {
	slog.Error("server did not follow a change", "err", p.err)
	if errors.Is(p.err, errMute) {
		p.process.blame("did not answer within " + stepTimeout.String() + " when settings or keys changed, and was stopped")
	}
	p.process.kill()
}

// refusal is why a change cannot be made, once all have been asked to prepare. Those
// that did not answer do not count, unless nobody else did.
func refusal(all []*participant) error {
	var silent error
	prepared := 0
	for _, p := range all {
		switch {
		case p.answer.Fault != "":
			return &Refusal{Kind: Conflict, Detail: p.answer.Fault}
		case p.answer.Unable != "":
			return unchanged(p.answer.Unable)
		case p.err != nil:
			silent = p.err
		default:
			prepared++
		}
	}
	if prepared == 0 && silent != nil {
		slog.Error("no server can change its settings", "err", silent)
		return unchanged("no server is running to apply it; start or restart one, then try again")
	}
	return nil
}

// write has one of those that have prepared write the change to the database, if there
// is something to write. Writing again does nothing, so when the answer of one is lost
// another is asked, and the one that did not answer is killed: it cannot write later.
func write(all []*participant) error {
	lost := false
	for _, p := range all {
		if p.err != nil || !p.answer.Writes {
			continue
		}
		p.ask(relay.Message{Do: relay.Write})
		switch {
		case p.err == nil && p.answer.Unable == "":
			return nil
		case p.err == nil && !lost:
			return unchanged(p.answer.Unable)
		case p.err == nil:
			p.err = errors.New(p.answer.Unable)
		}
		p.kill()
		lost = true
	}
	if lost {
		return errUncertain
	}
	return nil
}

// errUncertain is for the case that every server ended while it wrote.
var errUncertain = &Refusal{Kind: Unavailable, After: time.Second,
	Detail: "Every server ended during the change of the key, so its outcome is unknown. They restart with the keys in the database."}

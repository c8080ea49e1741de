package front

import (
	"errors"
	"log/slog"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/relay"
	"twodoors/web/settings"
)

// changeTimeout is how long a server may take to go by new settings. Making an RSA
// key takes most of a second on a slow machine.
const changeTimeout = 10 * time.Second

// errNoServer says that no server was there to change its key.
var errNoServer = errors.New("no server is ready")

// Adopt makes every server go by new settings, and by a new key when a rotation is
// asked for. When it returns, no server goes by the old ones: one that does not
// follow is killed, and started again with the new ones. Servers that are away take
// them when they start.
func (f *Fleet) Adopt(chosen settings.Doors, rotation *relay.Rotation) (relay.Done, error) {
	f.changing.Lock()
	defer f.changing.Unlock()
	total := relay.Done{}
	told := 0
	for _, s := range f.all() {
		p := s.serving()
		if p == nil {
			continue
		}
		change := relay.Change{Settings: chosen, Redis: f.Store.at()}
		if rotation != nil {
			change.Rotation = &relay.Rotation{Retire: rotation.Retire, Lead: told == 0}
		}
		done, err := p.change(change)
		switch {
		case done.Fault != "":
			return done, nil // the first one says so, and nothing was changed
		case err != nil && s.serving() == p:
			slog.Error("server does not follow", "server", s.Number, "err", err)
			p.kill()
			continue
		case err != nil:
			continue // it is ending anyway
		}
		told++
		total.KeyID, total.Thrown = done.KeyID, total.Thrown+done.Thrown
	}
	f.version++
	if rotation != nil && told == 0 {
		return total, errNoServer
	}
	f.Settings = chosen
	f.adopted.Store(&chosen)
	return total, nil
}

// change makes the process go by new settings.
func (p *process) change(c relay.Change) (relay.Done, error) {
	var done relay.Done
	line, err := p.tell(c, changeTimeout)
	if err == nil {
		err = json.Unmarshal([]byte(line), &done)
	}
	if err == nil && done.Error != "" {
		err = errors.New(done.Error)
	}
	return done, err
}

// serving returns the process that requests go to, nil when there is none.
func (s *Server) serving() *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != Ready {
		return nil
	}
	return s.process
}

package session_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/session"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// led is a store that has come to another leader, if it ever has.
type led struct {
	session.Store
	ago  time.Duration
	ever bool
}

func (l led) LeaderChanged() (time.Duration, bool) { return l.ago, l.ever }

// A session that is not found can be lost with a leader, as long as the idle timeout has not
// passed since then. The reason is the same; the trace says that the leader changed.
func TestSessionLostWithALeader(t *testing.T) {
	t.Parallel()
	selected := func(store session.Store) session.Store { return session.NewSelector(store) }
	for what, test := range map[string]struct {
		wrap func(session.Store) session.Store
		says string
	}{
		"changed":            {func(m session.Store) session.Store { return led{m, 4 * time.Second, true} }, ": the store changed its leader 4s ago, and what was not replicated is lost"},
		"changed long ago":   {func(m session.Store) session.Store { return led{m, time.Hour, true} }, ""},
		"never changed":      {func(m session.Store) session.Store { return led{m, 0, false} }, ""},
		"has none":           {nil, ""},
		"selected, changed":  {func(m session.Store) session.Store { return selected(led{m, 30 * time.Minute, true}) }, ": the store changed its leader 30m ago, and what was not replicated is lost"},
		"selected, has none": {selected, ""},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, "memory", test.wrap)
			r := request(false, &http.Cookie{Name: "session", Value: strings.Repeat("A", 43)})
			if _, err := s.Authorize(r, door.AnyRole); status(err) != 401 {
				t.Fatal(err)
			}
			step := trace.From(r.Context()).Refusing()
			if said := tell.Result(*step); step.Why != trace.SessionUnknown || said != "no such session"+test.says {
				t.Errorf("%s: %q", step.Why, said)
			}
		})
	}
}

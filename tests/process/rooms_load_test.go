package process

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A room is ended while requests are under way in it: each is answered, or refused with a
// sentence. Others notice nothing, and nothing panics.
func TestRoomEndsUnderLoad(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	visitor := s.other()
	visitor.openRoom()
	visitor.logIn()
	var asking sync.WaitGroup
	var answered atomic.Int64
	var ended atomic.Bool
	ask := func(v *visit, fine func(answer) bool) {
		for last := false; !last; {
			last = ended.Load()
			for _, path := range []string{"/api/session/me", "/session/login", "/api/servers", "/servers"} {
				a, err := v.try("GET", path, "")
				if err != nil || !fine(a) {
					t.Errorf("%s: %v %d %.300s", path, err, a.status, a.body)
				}
				answered.Add(1)
			}
		}
	}
	for range 4 {
		asking.Go(func() {
			ask(visitor, func(a answer) bool { // 401 on the stage, where nobody is logged in
				return a.status == 200 || a.status == 401 || (a.status == 503 || a.status == 409) && strings.Contains(a.body, ".")
			})
		})
		asking.Go(func() { ask(s, func(a answer) bool { return a.status == 200 }) })
	}
	s.until("they are under way", func() bool { return answered.Load() > 100 })
	if a := visitor.call("DELETE", "/api/rooms/mine", ""); a.status != 204 {
		t.Errorf("%d %s", a.status, a.body)
	}
	after := answered.Load() + 100
	s.until("they have noticed", func() bool { return answered.Load() > after })
	ended.Store(true)
	asking.Wait()
	if log := s.Log.String(); strings.Contains(log, "panic") || strings.Contains(log, "ERROR") {
		t.Errorf("the log:\n%s", log)
	}
}

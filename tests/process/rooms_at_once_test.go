package process

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// C2, A11: many seats open rooms and begin labs, log in, crash, change, call and leave, all at
// once and at random, while the stage is used as well. At every moment each sees its own
// requests, ticks, sessions, servers, settings and journal and nobody else's; in the end no
// process and no file of a room is left.
func TestSeatsInRoomsAtOnce(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	s := open(t, fmt.Sprint("--rooms=", 2**seats+1)) // a lab's and their own, so that none has to sleep
	s.logIn()
	before := s.servers()[0]
	school := &school{rooms: map[string]int{}, pids: map[int]string{}}
	over := make(chan struct{})
	var using, lecturing sync.WaitGroup
	lecturing.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
			}
			time.Sleep(callEvery)
			if a, b := s.sessionMe(), s.tokenMe(); a.status != 200 || b.status != 200 {
				t.Errorf("on the stage: %d %s, %d %s", a.status, a.body, b.status, b.body)
			}
		}
	})
	for n := range *seats {
		using.Go(func() {
			p := &pupil{visit: s.other(), n: n, school: school, random: rand.New(rand.NewPCG(seed, uint64(n))), been: map[string]bool{"stage": true}, begun: map[string]bool{}}
			p.call("GET", "/", "")
			for range 12 {
				if t.Failed() {
					return
				}
				p.act()
				p.check()
			}
			p.leave()
		})
	}
	using.Wait()
	close(over)
	lecturing.Wait()
	if now := s.servers(); len(now) != 1 || now[0].PID != before.PID || s.chosen().Alg != "HS256" {
		t.Errorf("the stage is another: %+v", now)
	}
	s.until("no process of a room is left", func() bool { return len(descendants(s.Cmd.Process.Pid)) == 1 })
	if left := s.roomFiles(); len(left) > 0 {
		t.Errorf("there are left %v", left)
	}
	if log := s.Log.String(); strings.Contains(log, "panic") {
		t.Error("something panicked")
	}
}

// callEvery is how long the lecturer waits between two calls.
const callEvery = 20 * time.Millisecond

// school is what nobody may share: rooms by whose they are, and processes by their room.
type school struct {
	mu    sync.Mutex
	rooms map[string]int
	pids  map[int]string
}

// claim reports whether a room and its processes are nobody else's.
func (s *school) claim(n int, room string, servers []serverStatus) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if whose, known := s.rooms[room]; known && whose != n {
		return false
	}
	s.rooms[room] = n
	for _, server := range servers {
		if of, known := s.pids[server.PID]; known && of != room {
			return false
		}
		if server.PID != 0 {
			s.pids[server.PID] = room
		}
	}
	return true
}

// pupil is a seat, and what it knows that must be so.
type pupil struct {
	*visit
	n      int
	school *school
	random *rand.Rand

	room     string          // empty on the stage
	been     map[string]bool // in these rooms, by their names
	begun    map[string]bool // these labs
	lifetime string          // of access tokens, as it was chosen; empty when it was not
	account  bool            // it has signed up, and logged in
	starts   int             // of its server
}

func (p *pupil) name() string { return fmt.Sprint("pupil-", p.n) }

// act does something at random. On the stage it opens a room: its buttons are for all.
func (p *pupil) act() {
	p.t.Helper()
	if p.room == "" {
		p.enterRoom()
		return
	}
	switch p.random.IntN(8) {
	case 0:
		p.leave()
	case 1:
		p.enterLab() // which ends the room of the lab before it
	case 2, 3:
		p.signUpAndIn()
	case 4:
		p.crash()
	case 5:
		p.choose()
	default:
		if a := p.call("GET", "/api/token/me", "", "Authorization", "Bearer "+p.forged()); a.status != 401 {
			p.t.Errorf("%s: a forged token: %d %s", p.name(), a.status, a.body)
		}
	}
}

func (p *pupil) enterRoom() {
	if p.random.IntN(2) == 0 {
		p.enterLab()
		return
	}
	p.moved(p.openRoom().Name)
}

func (p *pupil) enterLab() {
	lab := []string{"restart", "expiry", "roles"}[p.random.IntN(3)]
	p.beginLab(lab)
	p.begun[lab] = true
	if now := p.mine(); now.Name != p.room { // it was in this lab already
		p.moved(now.Name)
	}
}

func (p *pupil) moved(to string) {
	p.room, p.lifetime, p.account, p.starts = to, "", false, 1
	p.been[to] = true
}

// leave leaves what it is in, and a room of its own that it was in before a lab.
func (p *pupil) leave() {
	for p.room != "" {
		if a := p.call("DELETE", "/api/rooms/mine", ""); a.status != 204 {
			p.t.Fatalf("%s leaves: %d %s", p.name(), a.status, a.body)
		}
		p.room = p.mine().Name
	}
}

func (p *pupil) signUpAndIn() {
	credentials := fmt.Sprintf(`{"username":%q,"password":"correct horse battery"}`, p.name())
	for _, path := range []string{"/api/signup", "/api/session/login"} {
		if a := p.inTurn(path, credentials); a.status >= 300 && a.status != 409 {
			p.t.Fatalf("%s, %s: %d %s", p.name(), path, a.status, a.body)
		}
	}
	p.account = true
}

// inTurn sends what waits for a turn, again when it got none: the machine may do much else.
func (p *pupil) inTurn(path, body string) (a answer) {
	for range 20 {
		if a = p.call("POST", path, body); a.status != 503 {
			break
		}
	}
	return a
}

func (p *pupil) crash() {
	if a := p.call("POST", "/api/servers/1/crash?wait=1", ""); a.status != 200 {
		p.t.Errorf("%s crashes: %d %s", p.name(), a.status, a.body)
	}
	p.starts++
	if a := p.sessionMe(); a.status != 401 {
		p.t.Errorf("%s: after the crash: %d %s", p.name(), a.status, a.body)
	}
	p.account = false
}

// choose gives access tokens a lifetime that nobody else chooses.
func (p *pupil) choose() {
	p.lifetime = (time.Minute + time.Duration(p.n)*time.Second).String()
	p.patch(fmt.Sprintf(`{"access_lifetime":%q}`, p.lifetime))
}

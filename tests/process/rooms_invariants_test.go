package process

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// forged is a token that names its seat.
func (p *pupil) forged() string {
	return "eyJhbGciOiJIUzI1NiJ9." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"name":%q}`, p.name())) + ".AAAAAAAA"
}

// check fails the test when something of another seat has crossed over.
func (p *pupil) check() {
	p.t.Helper()
	p.checkRoom()
	p.checkSession()
	p.checkTraces()
	p.checkTicks()
}

// checkRoom compares room, servers, settings and journal with what it knows of them.
func (p *pupil) checkRoom() {
	var now struct {
		Room     struct{ Name, Kind string }
		Settings struct {
			AccessLifetime string `json:"access_lifetime"`
		}
		Servers []serverStatus
	}
	p.call("GET", "/api/servers", "").into(p.t, &now)
	switch {
	case p.room == "":
		if now.Room.Kind != "stage" {
			p.t.Errorf("%s is in %+v, and should be on the stage", p.name(), now.Room)
		}
		return
	case now.Room.Name != p.room || !p.school.claim(p.n, p.room, now.Servers):
		p.t.Errorf("%s is in %+v, and should be in %s alone: %+v", p.name(), now.Room, p.room, now.Servers)
	case len(now.Servers) != 1 || now.Servers[0].Starts != p.starts:
		p.t.Errorf("%s has started its server %d times: %+v", p.name(), p.starts, now.Servers)
	case p.lifetime != "" && now.Settings.AccessLifetime != p.lifetime:
		p.t.Errorf("%s has chosen %s, and it is %s", p.name(), p.lifetime, now.Settings.AccessLifetime)
	}
	page := p.call("GET", "/servers", "").body
	if strings.Contains(page, "by another seat") || !strings.Contains(page, p.room) && !strings.Contains(page, "Your room for the lab") {
		p.t.Errorf("the journal of %s tells of somebody else, or of another room", p.name())
	}
}

func (p *pupil) checkSession() {
	a := p.sessionMe()
	if in := a.status == 200; in != (p.account && p.room != "") || in && !strings.Contains(a.body, `"username":"`+p.name()+`"`) {
		p.t.Errorf("%s, logged in (%t) in %q: %d %s", p.name(), p.account, p.room, a.status, a.body)
	}
}

// checkTraces looks whether every request of the list is its own: in a room where it has been,
// by nobody else, with its token.
func (p *pupil) checkTraces() {
	var traces []struct {
		ID, Door, Room, User string
		Credential           struct{ Shown string }
	}
	p.call("GET", "/api/traces", "").into(p.t, &traces)
	for _, one := range traces {
		if !p.been[one.Room] || one.User != "" && one.User != p.name() ||
			one.Door == "token" && one.Credential.Shown != "" && !strings.HasPrefix(p.forged(), strings.TrimSuffix(one.Credential.Shown, "…")) {
			p.t.Errorf("%s has the trace %+v", p.name(), one)
		}
	}
}

// checkTicks looks whether labs that it never began have no tick, and those of others come
// from requests of its own.
func (p *pupil) checkTicks() {
	var labs []labState
	p.call("GET", "/api/labs", "").into(p.t, &labs)
	for _, lab := range labs {
		if len(lab.Progress.Ticks) > 0 && !p.begun[lab.Name] {
			p.t.Errorf("%s has never begun %s, and has %+v", p.name(), lab.Name, lab.Progress)
		}
		for _, tick := range lab.Progress.Ticks {
			for _, id := range tick.Traces {
				if a := p.call("GET", "/api/traces/"+id, ""); a.status != 200 {
					p.t.Errorf("%s has a tick of %s for the trace %s, which is not its own: %d", p.name(), lab.Name, id, a.status)
				}
			}
		}
	}
}

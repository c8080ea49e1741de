// Package doors is the pages of the two ways in: both side by side, login, sign-up, and
// the account behind each.
//
// Start reading at home.templ.
package doors

import (
	"strconv"
	"time"

	"twodoors/web/settings"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// HomeData is what is known of both doors when the home page is made: what the
// request for it brought, and the newest of the seat's own traces.
type HomeData struct {
	SessionCookie string // as it may be shown, with its name; empty when the request brought none
	CookieBytes   int    // of its value

	Session, Token DoorData
	Behind         *Behind // nil for a server alone, which cannot be crashed from a page
	Unread         string  // why the seat's traces cannot be read, empty when they can
}

// DoorData is a door as the seat's own traces show it; each is nil when there is none.
type DoorData struct {
	Call     *trace.Trace // the newest
	Standing *trace.Trace // the newest that says how the seat stands with it: me, login, logout
	Began    *trace.Trace // the oldest that went by the same session or key
}

// Behind is the servers behind the doors, as far as the page's buttons concern them.
type Behind struct {
	MayChange bool // the visitor may crash them and change their settings
	Servers   []Process
	Settings  settings.Settings
}

// Process is a server's process.
type Process struct {
	Number, PID int
	Took        time.Duration // to start
}

// moment is how far the story has got.
type moment string

const (
	before  moment = "before"  // not logged in at the session door
	ready   moment = "ready"   // logged in, and nothing has happened yet
	shut    moment = "shut"    // the session door does not know the visitor any more
	through moment = "through" // another process answers, and the session door knows the visitor
)

// sessionKept is what the server keeps of the visitor, as far as traces tell. With a cookie and no trace nobody knows.
func (d HomeData) sessionKept() tell.Kept {
	if d.Session.Standing == nil && d.SessionCookie != "" {
		return tell.Kept{What: "unknown", Where: "a session, if your cookie is still valid"}
	}
	return tell.SessionKept(d.Session.Standing)
}

// moment reads the story's moment from the session door, which is the one that may forget.
func (d HomeData) moment() moment {
	t := d.Session.Standing
	switch tell.StandingOf(t) {
	case tell.Inside:
		switch {
		case d.SessionCookie == "":
			return before
		case d.Session.Began != nil && d.Session.Began.PID != t.PID:
			return through
		}
		return ready
	case tell.Outside:
		if t.Reason == trace.SessionFind && d.Session.Began != nil {
			return shut
		}
	}
	return before
}

// username is who the doors know, empty when neither knows anybody.
func (d HomeData) username() string {
	for _, t := range []*trace.Trace{d.Session.Standing, d.Token.Standing} {
		if tell.StandingOf(t) == tell.Inside {
			return t.User
		}
	}
	return ""
}

// inside reports whether the session door knows the browser by what it brought.
func (d HomeData) inside() bool {
	return tell.StandingOf(d.Session.Standing) == tell.Inside && d.SessionCookie != ""
}

// target is the server that the next crash ends: the one that answered last.
func (d HomeData) target() Process {
	servers := d.Behind.Servers
	if t := d.Session.Standing; t != nil {
		for _, s := range servers {
			if s.Number == t.Server {
				return s
			}
		}
	}
	return servers[0]
}

func (d HomeData) targetNumber() string {
	if d.Behind == nil {
		return ""
	}
	return strconv.Itoa(d.target().Number)
}

func (d HomeData) crashes() string {
	if len(d.Behind.Servers) == 1 {
		return "Crash the server"
	}
	return "Crash server " + d.targetNumber()
}

// replaced says which process took the place of the one that the session began with.
func (d HomeData) replaced() string {
	began, t := d.Session.Began, d.Session.Standing
	if began == nil || t == nil || began.Server != t.Server || began.PID == t.PID {
		return ""
	}
	for _, s := range d.Behind.Servers {
		if s.PID == t.PID && s.Took > 0 {
			return strconv.Itoa(began.PID) + " → " + strconv.Itoa(t.PID) + ", in " + strconv.FormatInt(max(s.Took.Milliseconds(), 1), 10) + " ms"
		}
	}
	return strconv.Itoa(began.PID) + " → " + strconv.Itoa(t.PID)
}

func (d HomeData) keepsInMemory() bool {
	return d.Behind != nil && d.Behind.Settings.Store == settings.StoreMemory
}

// demo is the demo account that a step of the story logs in with, when it has to.
func (d HomeData) demo() string {
	if d.username() == "grace" {
		return "grace"
	}
	return "ada"
}

// deciding is where the request is shown in full that the session door decided last.
func (d HomeData) deciding() string {
	if d.Session.Standing == nil {
		return "/inspector"
	}
	return "/inspector/" + d.Session.Standing.ID
}

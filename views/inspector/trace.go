package inspector

import (
	"strings"
	"time"

	"twodoors/views/layout"
	"twodoors/web/door"
	"twodoors/web/trace"
	"twodoors/web/trace/ladder"
	"twodoors/web/trace/tell"
)

// headerOf is what stands before a credential in the request.
func headerOf(c *trace.Credential) string {
	if c.InBody() {
		return "Body: " + tell.Inert(c.Name) + "="
	}
	if c.Kind == "bearer" {
		return tell.Inert(c.Name) + ": Bearer "
	}
	return "Cookie: " + tell.Inert(c.Name) + "="
}

// inTheClear reports whether what a request carried, a cookie or a token, could be
// read on its way. A trace lives no longer than the process that serves this
// page, so the request came by the same scheme as the page does.
func inTheClear(base string) bool { return strings.HasPrefix(base, "http:") }

// barClass colours a bar by how its step ended.
func barClass(r ladder.Rung, door string) string {
	if !r.OK {
		return "bar bar-denied"
	}
	if r.Name.Actor() == trace.Front || door == "" {
		return "bar"
	}
	return "bar bar-" + door
}

func otherDoorName(t *trace.Trace) string {
	if t.Door == "token" {
		return "session"
	}
	return "token"
}

// roomLeft says, of a request that was answered in another room than the seat is in now,
// where it goes when it is sent again. It is empty of others.
func roomLeft(t *trace.Trace, now string) string {
	if t.Room == "" || now == "" || t.Room == now {
		return ""
	}
	return "This request was answered " + inRoom(t.Room) + ". Sent again, it is answered " + inRoom(now) + ", where you are now."
}

func inRoom(name string) string {
	if name == door.Stage {
		return "on the stage"
	}
	return "in the room " + name
}

// share of the longest step, as the width of a bar of 100. The shortest can
// still be seen.
func share(ns, longest int64) string {
	return layout.Coordinate(max(2, 100*float64(ns)/float64(longest)))
}

// place is where a moment lies on a line from 0 to width, which a token's life and the
// request share.
func place(l tell.Lifetime, moment time.Time, width int) string {
	first, last := l.Issued, l.Expires
	if l.Now.Before(first) {
		first = l.Now
	}
	if l.Now.After(last) {
		last = l.Now
	}
	span := last.Sub(first).Seconds()
	if span <= 0 {
		return "0"
	}
	return layout.Coordinate(moment.Sub(first).Seconds() / span * float64(width))
}

package views

import (
	"strconv"
	"strings"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// verdictWord is the first word of the sentence, which has the outcome's colour.
func verdictWord(t *trace.Trace) string {
	word, _, _ := strings.Cut(tell.Verdict(t), " ")
	return word
}

func verdictRest(t *trace.Trace) string {
	_, rest, _ := strings.Cut(tell.Verdict(t), " ")
	return inert(rest)
}

// servedBy says which process answered.
func servedBy(t *trace.Trace) string {
	if t.PID == 0 {
		return "no server"
	}
	text := "server " + strconv.Itoa(t.Server) + ", pid " + strconv.Itoa(t.PID)
	if t.Start > 0 {
		text += ", " + tell.Ordinal(t.Start) + " start"
	}
	return text
}

// headerOf is what stands before a credential in the request.
func headerOf(c *trace.Credential) string {
	if c.Kind == "bearer" {
		return inert(c.Name) + ": Bearer "
	}
	return "Cookie: " + inert(c.Name) + "="
}

// inTheClear reports whether what a request carried, a cookie or a token, could be
// read on its way. A trace lives no longer than the process that serves this
// page, so the request came by the same scheme as the page does.
func inTheClear(base string) bool { return strings.HasPrefix(base, "http:") }

// barClass colours a bar by how its step ended.
func barClass(r rung, door string) string {
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

// noCredential says why a trace shows no credential.
func noCredential(t *trace.Trace) string {
	read := t.Find(trace.CookieRead)
	if read == nil {
		read = t.Find(trace.BearerRead)
	}
	switch {
	case read != nil && (read.Why == trace.CookieMissing || read.Why == trace.BearerMissing):
		return "The request carried none: " + tell.Saw(*read) + "."
	case read != nil:
		return "What the request carried is not shown, as it is nothing of ours: " + tell.Saw(*read) + "."
	case t.Find(trace.PasswordCheck) != nil:
		return "A name and a password came in the body. Neither is kept here."
	}
	return "None was looked at: the request did not get as far, or did not need one."
}

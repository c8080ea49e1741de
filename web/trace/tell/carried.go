package tell

import (
	"strconv"

	"twodoors/web/trace"
)

// CarriedNone says why a trace shows no credential.
func CarriedNone(t *trace.Trace) string {
	read := t.Find(trace.CookieRead)
	if read == nil {
		read = t.Find(trace.BearerRead)
	}
	switch {
	case read != nil && (read.Why == trace.CookieMissing || read.Why == trace.BearerMissing):
		return "The request carried none: " + Saw(*read) + "."
	case read != nil:
		return "What the request carried is not shown, as it is nothing of ours: " + Saw(*read) + "."
	case t.Find(trace.PasswordCheck) != nil:
		return "A name and a password came in the body. Neither is kept here."
	}
	return "None was looked at: the request did not get as far, or did not need one."
}

// AnsweredBy says which process answered.
func AnsweredBy(t *trace.Trace) string {
	if t.PID == 0 {
		return "no server"
	}
	text := "server " + strconv.Itoa(t.Server) + process(t)
	if t.Start > 0 {
		text += ", " + Ordinal(t.Start) + " start"
	}
	return text
}

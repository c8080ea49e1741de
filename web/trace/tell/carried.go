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
		return "The request carried no credential: " + Saw(*read) + "."
	case read != nil:
		return "The credential is not shown because this site did not issue it: " + Saw(*read) + "."
	case t.Find(trace.PasswordCheck) != nil:
		return "The body held a username and a password. Neither is kept here."
	}
	return "No credential was read: the request was stopped before that, or needed none."
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

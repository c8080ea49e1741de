package sequence

import (
	"strconv"
	"strings"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// verbs say what a step asks of a store or a key.
var verbs = map[trace.Name]string{
	trace.SessionFind: "look up session", trace.UserLoad: "load user", trace.SessionSave: "update last seen",
	trace.SessionCreate: "store session", trace.SessionDestroy: "delete session",
	trace.KeySelect: "look up key", trace.SignatureVerify: "verify", trace.TokenSign: "sign",
	trace.RevocationCheck: "revoked?", trace.RevocationAdd: "revoke", trace.RefreshCreate: "store refresh token",
	trace.RefreshFind: "look up token", trace.RefreshSpend: "mark as used", trace.FamilyRevoke: "revoke family",
	trace.RoleChange: "change role",
}

// choices say why the front picked a server.
var choices = map[string]string{"only": "only server", "sticky": "sticky cookie", "new": "new visitor", "turn": "round robin"}

// keyResult is the answer of a step with a key.
func keyResult(step *trace.Step) string {
	switch {
	case step.Name == trace.KeySelect && step.OK:
		return "key " + step.Facts.Get("kid").String()
	case step.Name == trace.KeySelect:
		return tell.Result(*step)
	case step.Name == trace.TokenSign:
		return "token"
	case step.OK:
		return "signature valid"
	}
	return "signature invalid"
}

// storeLane is the lane of the store that a step asked.
func storeLane(t *trace.Trace, step *trace.Step) string {
	switch step.Where {
	case trace.MemoryOf(t.Server):
		return "memory"
	case "":
		return "store"
	}
	return tell.Inert(step.Where)
}

// carrying says in a few letters which credential a request carried.
func carrying(t *trace.Trace) string {
	c := t.Credential
	switch {
	case c == nil && t.Find(trace.PasswordCheck) != nil:
		return "username, password"
	case c == nil && (t.Find(trace.CookieRead) != nil || t.Find(trace.BearerRead) != nil):
		return "no credential"
	case c == nil:
		return t.Method
	case c.Kind == "bearer":
		return "Bearer " + tell.Clip(tell.Inert(c.Shown), 7)
	}
	return tell.Clip(tell.Inert(strings.TrimPrefix(c.Name, "__Host-")+"="+c.Shown), 18)
}

// answer says how it was answered.
func answer(t *trace.Trace) string {
	text := strconv.Itoa(t.Status)
	if t.User != "" && t.Outcome == trace.Allowed {
		text += " " + tell.Clip(tell.Inert(t.User), 16)
	}
	return text
}

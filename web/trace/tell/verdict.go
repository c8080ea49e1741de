package tell

import (
	"strconv"
	"strings"

	"twodoors/web/trace"
)

// Verdict says in one sentence how a request ended and what decided it.
func Verdict(t *trace.Trace) string {
	return Outcome(t.Outcome) + ": " + Because(t) + afterwards(t) + "."
}

// Outcome begins that sentence.
func Outcome(o trace.Outcome) string { return outcomes[o] }

// Because says why a request ended as it did, as the part of a sentence.
func Because(t *trace.Trace) string {
	if t.Outcome == trace.Allowed {
		return whyAllowed(t)
	}
	return whyNot(t)
}

var outcomes = map[trace.Outcome]string{trace.Allowed: "Allowed", trace.Denied: "Denied", trace.Failed: "Failed"}

func whyAllowed(t *trace.Trace) string {
	if done := whatWasDone(t); done != "" {
		return done
	}
	return whyLetIn(t)
}

// whatWasDone says what an allowed request created or ended. It is empty for one that only asked.
func whatWasDone(t *trace.Trace) string {
	has := func(name trace.Name) bool { return t.Find(name) != nil }
	switch {
	case has(trace.RoleChange):
		return Server(t) + " stored the account's new role: sessions have it on the next request, tokens after their next refresh"
	case has(trace.SessionDestroy) && t.Find(trace.SessionDestroy).Facts.Get("did").String() == "unknown":
		return Server(t) + " had no such session in " + place(t, trace.SessionDestroy) + ", so there was nothing to delete"
	case has(trace.SessionDestroy):
		return Server(t) + " destroyed the session, so its cookie is no longer valid"
	case has(trace.RevocationAdd):
		return Server(t) + " put the access token on the revocation list" + ended(t)
	case has(trace.FamilyRevoke):
		return Server(t) + " revoked every refresh token of this login; a copy of the access token works until it expires"
	case has(trace.TokenSign) && has(trace.RefreshSpend):
		return "the refresh token was used up, and " + Server(t) + " signed a new access token"
	case has(trace.SessionCreate):
		return "the password is correct, and " + Server(t) + " stored a new session in " + place(t, trace.SessionCreate)
	case has(trace.TokenSign):
		return "the password is correct, and " + Server(t) + " signed a token that it does not keep"
	case has(trace.BearerRead) && strings.HasSuffix(t.Path, "/logout"):
		return Server(t) + " had nothing to delete: a copy of the token works until it expires"
	}
	return ""
}

// whyLetIn says what authorized a request that changed nothing.
func whyLetIn(t *trace.Trace) string {
	switch {
	case t.Find(trace.SessionFind) != nil:
		return Server(t) + " found the session in " + place(t, trace.SessionFind) + visitor(t)
	case t.Find(trace.RevocationCheck) != nil:
		return Server(t) + " verified the signature and the claims, and the token is not on the revocation list" + visitor(t)
	case t.Find(trace.SignatureVerify) != nil:
		return Server(t) + " verified the signature and the claims without any lookup" + visitor(t)
	}
	return t.Method + " " + t.Path + " was answered with " + strconv.Itoa(t.Status)
}

func ended(t *trace.Trace) string {
	if t.Find(trace.FamilyRevoke) == nil {
		return ""
	}
	return " and revoked the refresh token"
}

func visitor(t *trace.Trace) string {
	if t.User == "" {
		return ""
	}
	return ": you are " + t.User
}

func whyNot(t *trace.Trace) string {
	step := t.Refusing()
	switch {
	case step == nil && t.Outcome == trace.Failed:
		return Server(t) + " answered " + strconv.Itoa(t.Status) + " without deciding"
	case step == nil:
		return t.Method + " " + t.Path + " was answered with " + strconv.Itoa(t.Status) + " before any step"
	case t.Outcome == trace.Failed && step.Name != trace.FrontUnavailable && step.Name != trace.TurnWait:
		return Server(t) + " could not finish the step " + string(step.Name) + ": " + said(step)
	}
	return whyRefused(t, step)
}

func whyRefused(t *trace.Trace, step *trace.Step) string {
	switch step.Why {
	case trace.CookieMissing:
		return "the request carried no session cookie"
	case trace.BearerMissing:
		return "the request carried no token"
	case trace.SessionUnknown, trace.SessionUndecodable:
		return Server(t) + " looked in " + place(t, step.Name) + " and found no such session" + lost(step)
	case trace.IssuerOtherRoom:
		return "the token belongs to another room: " + said(step)
	case trace.PasswordWrong:
		return "wrong username or password"
	}
	if opening, ok := refusals[step.Name]; ok {
		return opening + ": " + said(step)
	}
	return "the step " + string(step.Name) + " refused: " + said(step)
}

// refusals begins the sentence for each step that can refuse. What the step saw ends it.
var refusals = map[trace.Name]string{
	trace.TurnWait:         "the request got no turn",
	trace.FrontUnavailable: "no server could take the request",
	trace.CookieRead:       "the session cookie cannot be used",
	trace.SessionFind:      "the session was not found",
	trace.SessionAge:       "the session has expired",
	trace.UserLoad:         "the session exists, but its account cannot be used",
	trace.RoleCheck:        "the visitor is logged in, but not authorized",
	trace.BearerRead:       "the token cannot be used",
	trace.TokenDecode:      "the token cannot be decoded",
	trace.AlgorithmCheck:   "the token's header is not acceptable",
	trace.KeysFresh:        "nobody can say whether the keys are still trusted",
	trace.KeySelect:        "no key of this site signed the token",
	trace.SignatureVerify:  "the signature is invalid",
	trace.ClaimsCheck:      "the signature is valid, but the claims are not",
	trace.RevocationCheck:  "the signature is valid, but the token was revoked",
	trace.OriginCheck:      "the request does not come from this site",
	trace.RateCheck:        "there were too many attempts",
	trace.PasswordCheck:    "the username or password is not acceptable",
	trace.SessionCreate:    "no session was created",
	trace.TokenSign:        "no token was issued",
	trace.RefreshCreate:    "no token was issued",
	trace.RefreshFind:      "the refresh token is not valid",
	trace.RefreshSpend:     "the refresh token is not valid",
	trace.FamilyRevoke:     "this refresh token got its whole family revoked",
	trace.RoleChange:       "the role was not changed",
}

// said is what a step saw, to end a sentence.
func said(step *trace.Step) string {
	if saw := strings.TrimRight(Saw(*step), ". "); saw != "" {
		return saw
	}
	return "no reason given"
}

// Server names the server that answered.
func Server(t *trace.Trace) string {
	if t.Server == 0 {
		return "the server"
	}
	return "server " + strconv.Itoa(t.Server)
}

// place is where a step looked: "its memory" for the server's own.
func place(t *trace.Trace, name trace.Name) string {
	step := t.Find(name)
	switch {
	case step == nil || step.Where == "":
		return "its store"
	case step.Where == trace.MemoryOf(t.Server):
		return "its memory"
	}
	return step.Where
}

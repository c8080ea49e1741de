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

// whatWasDone says what an allowed request made or ended, and nothing of one that only asked.
func whatWasDone(t *trace.Trace) string {
	has := func(name trace.Name) bool { return t.Find(name) != nil }
	switch {
	case has(trace.RoleChange):
		return Server(t) + " wrote the account's new role down: the session door knows at the next request, a token when it is refreshed"
	case has(trace.SessionDestroy) && t.Find(trace.SessionDestroy).Facts.Get("did").String() == "unknown":
		return Server(t) + " had no such session in " + place(t, trace.SessionDestroy) + ", so it had nothing to forget"
	case has(trace.SessionDestroy):
		return Server(t) + " destroyed the session, so its cookie opens nothing any more"
	case has(trace.RevocationAdd):
		return Server(t) + " wrote the access token on the list of revoked ones" + ended(t)
	case has(trace.FamilyRevoke):
		return Server(t) + " ended the refresh token and all that followed from the same login: a copy of the access token works until it expires"
	case has(trace.TokenSign) && has(trace.RefreshSpend):
		return "the refresh token was good for one use, and " + Server(t) + " signed a new access token"
	case has(trace.SessionCreate):
		return "the password is right, and " + Server(t) + " keeps a new session in " + place(t, trace.SessionCreate)
	case has(trace.TokenSign):
		return "the password is right, and " + Server(t) + " signed a token that it does not keep"
	case has(trace.BearerRead) && strings.HasSuffix(t.Path, "/logout"):
		return Server(t) + " had nothing to forget: a copy of the token works until it expires"
	}
	return ""
}

// whyLetIn says what an allowed request that changed nothing was let in by.
func whyLetIn(t *trace.Trace) string {
	switch {
	case t.Find(trace.SessionFind) != nil:
		return Server(t) + " found the session in " + place(t, trace.SessionFind) + visitor(t)
	case t.Find(trace.RevocationCheck) != nil:
		return Server(t) + " verified the signature and the claims, and found the token on no list of revoked ones" + visitor(t)
	case t.Find(trace.SignatureVerify) != nil:
		return Server(t) + " verified the signature and the claims, and looked nothing up" + visitor(t)
	}
	return t.Method + " " + t.Path + " was answered with " + strconv.Itoa(t.Status)
}

func ended(t *trace.Trace) string {
	if t.Find(trace.FamilyRevoke) == nil {
		return ""
	}
	return ", and ended the refresh token"
}

func visitor(t *trace.Trace) string {
	if t.User == "" {
		return ""
	}
	return ": it is " + t.User
}

func whyNot(t *trace.Trace) string {
	step := t.Refusing()
	switch {
	case step == nil && t.Outcome == trace.Failed:
		return Server(t) + " answered " + strconv.Itoa(t.Status) + " without deciding"
	case step == nil:
		return t.Method + " " + t.Path + " was answered with " + strconv.Itoa(t.Status) + ", before any step"
	case t.Outcome == trace.Failed && step.Name != trace.FrontUnavailable && step.Name != trace.TurnWait:
		return Server(t) + " could not finish the step " + string(step.Name) + ": " + said(step)
	}
	return whyRefused(t, step)
}

func whyRefused(t *trace.Trace, step *trace.Step) string {
	switch step.Why {
	case trace.CookieMissing:
		return "the request brought no session cookie"
	case trace.BearerMissing:
		return "the request brought no token"
	case trace.SessionUnknown, trace.SessionUndecodable:
		return Server(t) + " looked in " + place(t, step.Name) + " and found no such session"
	case trace.IssuerOtherRoom:
		return "the token is of another room: " + said(step)
	case trace.PasswordWrong:
		return "name and password do not belong together"
	}
	if opening, ok := refusals[step.Name]; ok {
		return opening + ": " + said(step)
	}
	return "the step " + string(step.Name) + " refused: " + said(step)
}

// refusals begins the sentence on each step that can refuse; what the step saw
// ends it.
var refusals = map[trace.Name]string{
	trace.TurnWait:         "the request got no turn",
	trace.FrontUnavailable: "no server could take the request",
	trace.CookieRead:       "the session cookie cannot be used",
	trace.SessionFind:      "the session was not found",
	trace.SessionAge:       "the session is there, but too old",
	trace.UserLoad:         "the session is there, its account is not",
	trace.RoleCheck:        "the visitor is known, but the role is not enough",
	trace.BearerRead:       "the token cannot be used",
	trace.TokenDecode:      "the token cannot be taken apart",
	trace.AlgorithmCheck:   "the token asks for another algorithm than its key has",
	trace.KeySelect:        "no key of ours made this token",
	trace.SignatureVerify:  "the signature does not fit the token",
	trace.ClaimsCheck:      "the signature is good, but the claims are not",
	trace.RevocationCheck:  "the signature is good, but the token was revoked",
	trace.OriginCheck:      "the request is not of this site",
	trace.RateCheck:        "there were too many attempts",
	trace.PasswordCheck:    "the name or the password was not taken",
	trace.SessionCreate:    "no session was made",
	trace.TokenSign:        "no token was issued",
	trace.RefreshCreate:    "no token was issued",
	trace.RefreshFind:      "the refresh token is not good",
	trace.RefreshSpend:     "the refresh token is not good",
	trace.FamilyRevoke:     "this refresh token ended its whole family",
	trace.RoleChange:       "the role was not changed",
}

// said is what a step saw, as the end of a sentence.
func said(step *trace.Step) string {
	if saw := strings.TrimRight(Saw(*step), ". "); saw != "" {
		return saw
	}
	return "it did not say why"
}

// Server names the server that answered.
func Server(t *trace.Trace) string {
	if t.Server == 0 {
		return "the server"
	}
	return "server " + strconv.Itoa(t.Server)
}

// place is where a step looked: of a server's own memory "its memory".
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

package views

import (
	"strconv"
	"strings"

	"twodoors/web/trace"
)

// Sentence tells in one sentence how a request ended and what decided it.
func Sentence(t *trace.Trace) string {
	switch t.Outcome {
	case trace.Allowed:
		return "Allowed: " + whyAllowed(t) + "."
	case trace.Denied:
		return "Denied: " + whyNot(t) + "."
	}
	return "Failed: " + whyNot(t) + "."
}

func whyAllowed(t *trace.Trace) string {
	has := func(name trace.Name) bool { return find(t, name) != nil }
	switch {
	case has(trace.RoleChange):
		return server(t) + " wrote the account's new role down: the session door knows at the next request, a token when it is refreshed"
	case has(trace.SessionDestroy) && strings.Contains(find(t, trace.SessionDestroy).Saw, ": had nothing"):
		return server(t) + " had no such session in " + place(t, trace.SessionDestroy) + ", so it had nothing to forget"
	case has(trace.SessionDestroy):
		return server(t) + " destroyed the session, so its cookie opens nothing any more"
	case has(trace.RevocationAdd):
		return server(t) + " wrote the access token on the list of revoked ones" + ended(t)
	case has(trace.FamilyRevoke):
		return server(t) + " ended the refresh token and all that followed from the same login: a copy of the access token works until it expires"
	case has(trace.TokenSign) && has(trace.RefreshSpend):
		return "the refresh token was good for one use, and " + server(t) + " signed a new access token"
	case has(trace.SessionCreate):
		return "the password is right, and " + server(t) + " keeps a new session in " + place(t, trace.SessionCreate)
	case has(trace.TokenSign):
		return "the password is right, and " + server(t) + " signed a token that it does not keep"
	case has(trace.BearerRead) && strings.HasSuffix(t.Path, "/logout"):
		return server(t) + " had nothing to forget: a copy of the token works until it expires"
	case has(trace.SessionFind):
		return server(t) + " found the session in " + place(t, trace.SessionFind) + visitor(t)
	case has(trace.RevocationCheck):
		return server(t) + " verified the signature and the claims, and found the token on no list of revoked ones" + visitor(t)
	case has(trace.SignatureVerify):
		return server(t) + " verified the signature and the claims, and looked nothing up" + visitor(t)
	}
	return t.Method + " " + t.Path + " was answered with " + strconv.Itoa(t.Status)
}

func ended(t *trace.Trace) string {
	if find(t, trace.FamilyRevoke) == nil {
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
	step := refusing(t)
	switch {
	case step == nil && t.Outcome == trace.Failed:
		return server(t) + " answered " + strconv.Itoa(t.Status) + " without deciding"
	case step == nil:
		return t.Method + " " + inert(t.Path) + " was answered with " + strconv.Itoa(t.Status) + ", before any step"
	case t.Outcome == trace.Failed && step.Name != trace.FrontUnavailable:
		return server(t) + " could not finish the step " + step.Name.String() + ": " + said(step)
	}
	return whyRefused(t, step)
}

func whyRefused(t *trace.Trace, step *trace.Step) string {
	missing := strings.HasPrefix(step.Saw, "no ")
	switch {
	case missing && step.Name == trace.CookieRead:
		return "the request brought no session cookie"
	case missing && step.Name == trace.BearerRead:
		return "the request brought no token"
	case step.Name == trace.SessionFind:
		return server(t) + " looked in " + place(t, step.Name) + " and found no such session"
	case wrongPassword(step):
		return "name and password do not belong together"
	}
	if opening, ok := refusals[step.Name]; ok {
		return opening + ": " + said(step)
	}
	return "the step " + step.Name.String() + " refused: " + said(step)
}

// wrongPassword tells a password that was looked at from what the same step refuses
// before or after: a name that is taken, a new password that is too short.
func wrongPassword(step *trace.Step) bool {
	return step.Name == trace.PasswordCheck && strings.HasPrefix(step.Saw, "argon2id:")
}

// refusals begins the sentence on each step that can refuse; what the step saw
// ends it.
var refusals = map[trace.Name]string{
	trace.FrontUnavailable: "no server could take the request",
	trace.CookieRead:       "the session cookie cannot be used",
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

// refusing returns the step that refused, nil when none did.
func refusing(t *trace.Trace) *trace.Step {
	if t.Reason == trace.NoStep {
		return nil
	}
	return find(t, t.Reason)
}

func find(t *trace.Trace, name trace.Name) *trace.Step {
	for i := len(t.Steps) - 1; i >= 0; i-- {
		if t.Steps[i].Name == name {
			return &t.Steps[i]
		}
	}
	return nil
}

// said is what a step saw, as the end of a sentence.
func said(step *trace.Step) string {
	if saw := strings.TrimRight(step.Saw, ". "); saw != "" {
		return saw
	}
	return "it did not say why"
}

func server(t *trace.Trace) string {
	if t.Server == 0 {
		return "the server"
	}
	return "server " + strconv.Itoa(t.Server)
}

// place is where a step looked, told from what it saw: "memory of server 1:
// found" was its memory.
func place(t *trace.Trace, name trace.Name) string {
	step := find(t, name)
	if step == nil {
		return "its store"
	}
	where, _, _ := strings.Cut(step.Saw, ":")
	switch {
	case strings.HasPrefix(where, "memory"):
		return "its memory"
	case strings.HasPrefix(strings.ToLower(where), "sqlite"):
		return "SQLite"
	case strings.HasPrefix(strings.ToLower(where), "redis"):
		return "Redis"
	}
	return "its store"
}

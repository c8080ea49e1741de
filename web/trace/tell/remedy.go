package tell

import (
	"strconv"
	"time"

	"twodoors/web/trace"
)

// Remedy says how a refused request would have succeeded. It is empty for a request that was
// allowed, and when the trace does not tell.
func Remedy(t *trace.Trace) string {
	step := t.Refusing()
	switch {
	case t.Outcome == trace.Allowed || step == nil:
		return ""
	case t.Outcome == trace.Failed:
		return failedRemedy(step)
	case step.Why == trace.IssuerOtherRoom:
		return "A token issued in this room works: log in at the token door here. Each room has its own keys."
	}
	switch step.Name {
	case trace.PasswordCheck:
		if step.Why != trace.PasswordWrong {
			return "Choose another username or password. The response says what is wrong with this one."
		}
	case trace.SessionFind:
		return findRemedy(t)
	case trace.SessionAge:
		return ageRemedy(step)
	case trace.ClaimsCheck:
		return claimsRemedy(step)
	case trace.UserLoad:
		return userRemedy(step)
	case trace.RoleCheck:
		return "The same request from an account with the role " + step.Facts.Get("need").String() + " succeeds."
	}
	return remedies[step.Name]
}

const changedAccount = "Log in again. The account changed after its password was verified, so nothing was issued for the old one."

// remedies are the ones that need no facts from the trace.
var remedies = map[trace.Name]string{
	trace.TurnWait:        "Wait until your earlier request is answered, then send this one again.",
	trace.CookieRead:      "Log in at the session door, then send this request with the cookie it sets, exactly once.",
	trace.BearerRead:      "Log in at the token door, then send this request with its token as Authorization: Bearer, exactly once.",
	trace.TokenDecode:     "The token works exactly as it was issued, to the last character.",
	trace.AlgorithmCheck:  "Log in at the token door for a token with the type and algorithm that this door uses.",
	trace.KeysFresh:       "Send this request again when the server reaches the database. Until then a key might have been retired without its knowledge.",
	trace.KeySelect:       "Log in at the token door for a token signed with a current key.",
	trace.SignatureVerify: "The token works as it was issued. After changing a single character, you need the key to sign it again.",
	trace.RevocationCheck: "This request would have succeeded before the token was revoked. Log in at the token door for a new one.",
	trace.OriginCheck:     "Send this request to the site's own address, from one of its pages or from a terminal.",
	trace.RateCheck:       "Try again later: Retry-After says when.",
	trace.PasswordCheck:   "Use the account's own password. The demo accounts are ada with lovelace and grace with nanosecond.",
	trace.SessionCreate:   changedAccount,
	trace.TokenSign:       changedAccount,
	trace.RefreshCreate:   changedAccount,
	trace.RefreshFind:     "Log in at the token door for a refresh token of this site.",
	trace.FamilyRevoke:    "Log in again. The family's newest refresh token worked until someone used an older one; now the whole family is revoked.",
	trace.RoleChange:      "An administrator can give the role user or admin to any account that was created here.",
	trace.RefreshSpend:    "Use the newest refresh token of the family: each works only once.",
}

func failedRemedy(step *trace.Step) string {
	switch step.Name {
	case trace.FrontUnavailable:
		return "The same request works as soon as a server is back."
	case trace.TurnWait:
		return "Try again later: Retry-After says when."
	}
	return "The same request works as soon as what this step needs is back."
}

const anothersCookie = " Cookies ignore ports: another site on this host might also have replaced this one's."

// findRemedy knows that a process takes its memory with it, and that each server has its own.
// A server cannot tell which of these happened: it only sees that there is no session.
func findRemedy(t *trace.Trace) string {
	if lost(t.Refusing()) != "" {
		return "This request would have succeeded before the store changed its leader, if the session was not replicated yet. Log in again." + anothersCookie
	}
	if t.Refusing().Where != trace.MemoryOf(t.Server) {
		return "This request would have succeeded before the session ended or expired. Log in again." + anothersCookie
	}
	if t.Start > 1 {
		return "This request would have succeeded before " + Server(t) + " restarted (this is its " + Ordinal(t.Start) +
			" start), if its memory held the session. A session in the database outlives the process." + anothersCookie
	}
	return "This request succeeds at the server that holds the session in its memory, or with a store that all servers share." + anothersCookie
}

func ageRemedy(step *trace.Step) string {
	late := step.Facts.Get("idle").Duration() - step.Facts.Get("idle_timeout").Duration()
	if step.Why == trace.SessionTooOld {
		late = step.Facts.Get("age").Duration() - step.Facts.Get("lifetime").Duration()
	}
	return "This request would have succeeded " + Span(max(late, time.Second)) + " earlier. Log in again."
}

func claimsRemedy(step *trace.Step) string {
	switch step.Why {
	case trace.TokenExpired:
		late := max(step.Facts.Get("late").Duration(), time.Second).Round(time.Second)
		return "This request would have succeeded " + Span(late) + " earlier. Refresh the token or log in again."
	case trace.TokenNotYetValid, trace.TokenFromFuture:
		return "This request succeeds later: by the server's clock the token is not valid yet."
	}
	return "Log in at the token door for a token that this site issued for itself."
}

func userRemedy(step *trace.Step) string {
	switch step.Why {
	case trace.AccountDisabled:
		return "This request would have succeeded while the account was enabled: the session door checks on every request."
	case trace.SessionRevoked:
		return "Log in again: the account ended all its earlier sessions."
	}
	return "This request would have succeeded while the account existed: the session door checks on every request."
}

// Ordinal writes a number as a position: "1st".
func Ordinal(n int) string {
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		return strconv.Itoa(n) + "st"
	case n%10 == 2:
		return strconv.Itoa(n) + "nd"
	case n%10 == 3:
		return strconv.Itoa(n) + "rd"
	}
	return strconv.Itoa(n) + "th"
}

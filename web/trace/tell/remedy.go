package tell

import (
	"strconv"
	"time"

	"twodoors/web/trace"
)

// Remedy says what would have let a refused request in. It is empty when the
// request was let in, and when the trace does not tell.
func Remedy(t *trace.Trace) string {
	step := t.Refusing()
	switch {
	case t.Outcome == trace.Allowed || step == nil:
		return ""
	case t.Outcome == trace.Failed:
		return failedRemedy(step)
	case step.Why == trace.IssuerOtherRoom:
		return "A token of this room: log in at the token door here. Each room has keys of its own."
	}
	switch step.Name {
	case trace.PasswordCheck:
		if step.Why != trace.PasswordWrong {
			return "A name and a password that can be taken, for an account of your own. The answer says what is wrong with these."
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
		return "The same request from an account with the role " + step.Facts.Get("need").String() + "."
	}
	return remedies[step.Name]
}

const changedAccount = "The same login once more: the account changed after its password had been checked, and nothing is issued for what it was before."

// remedies are those that need no facts of the trace.
var remedies = map[trace.Name]string{
	trace.TurnWait:        "The same request when the one before it has been answered.",
	trace.CookieRead:      "The same request after logging in at the session door, with the cookie that it gave you, once.",
	trace.BearerRead:      "The same request after logging in at the token door, with its token in the header Authorization: Bearer, once.",
	trace.TokenDecode:     "The token exactly as it was issued, to the last character.",
	trace.AlgorithmCheck:  "A token of the type and the algorithm that this door signs with. Log in at the token door for one.",
	trace.KeySelect:       "A token signed by a key that is known here. Log in at the token door for one.",
	trace.SignatureVerify: "The token as it was issued: whoever changes one character of it needs the key to sign it anew.",
	trace.RevocationCheck: "The same request before the token was revoked, or with a new token from the token door.",
	trace.OriginCheck:     "The same request to this site's own address, sent by one of its pages or from a terminal.",
	trace.RateCheck:       "The same request later: wait as long as the answer's Retry-After says.",
	trace.PasswordCheck:   "The account's own password. The demo accounts are ada with lovelace and grace with nanosecond.",
	trace.SessionCreate:   changedAccount,
	trace.TokenSign:       changedAccount,
	trace.RefreshCreate:   changedAccount,
	trace.RefreshFind:     "A refresh token of ours. Log in at the token door for one.",
	trace.FamilyRevoke:    "The newest refresh token of the family, before somebody used an older one. Now every token of the family is refused: log in again.",
	trace.RoleChange:      "The role user or admin, for an account that somebody made here, given by who is an administrator now.",
	trace.RefreshSpend:    "The newest refresh token of its family: each one is good for one use.",
}

func failedRemedy(step *trace.Step) string {
	switch step.Name {
	case trace.FrontUnavailable:
		return "The same request when a server is back."
	case trace.TurnWait:
		return "The same request later: wait as long as the answer's Retry-After says."
	}
	return "The same request when what this step needs works again."
}

const anothersCookie = " Cookies know no ports: another site at the same host name may have put its own in the place of ours."

// findRemedy knows that memory is gone with the process that had it, and that
// other servers have memories of their own. Which of these happened no server
// can tell: it only sees that there is nothing.
func findRemedy(t *trace.Trace) string {
	if t.Refusing().Where != trace.MemoryOf(t.Server) {
		return "The same request before the session was ended or expired, or after logging in again." + anothersCookie
	}
	if t.Start > 1 {
		return "The same request before " + Server(t) + " was started for the " + Ordinal(t.Start) +
			" time, if that memory had the session. A session in the database outlives the process." + anothersCookie
	}
	return "The same request at the server that has the session in its memory, before it was ended there. A store that servers share would do as well." + anothersCookie
}

func ageRemedy(step *trace.Step) string {
	late := step.Facts.Get("idle").Duration() - step.Facts.Get("idle_timeout").Duration()
	if step.Why == trace.SessionTooOld {
		late = step.Facts.Get("age").Duration() - step.Facts.Get("lifetime").Duration()
	}
	return "The same request " + Span(max(late, time.Second)) + " earlier, or after logging in again."
}

func claimsRemedy(step *trace.Step) string {
	switch step.Why {
	case trace.TokenExpired:
		late := max(step.Facts.Get("late").Duration(), time.Second).Round(time.Second)
		return "The same request " + Span(late) + " earlier, or with a new token."
	case trace.TokenNotYetValid, trace.TokenFromFuture:
		return "The same request later: this token is not valid yet by the server's clock."
	}
	return "A token that this site issued for itself. Log in at the token door for one."
}

func userRemedy(step *trace.Step) string {
	switch step.Why {
	case trace.AccountDisabled:
		return "The same request while the account was enabled: the session door asks at each request."
	case trace.SessionRevoked:
		return "A session made after the account ended all others. Log in again."
	}
	return "The same request while the account was there: the session door asks at each request."
}

// Ordinal is a place in a row: "1st".
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

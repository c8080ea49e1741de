package views

import (
	"strconv"
	"strings"
	"time"

	"twodoors/web/trace"
)

// Remedy says what would have let a refused request in. It is empty when the
// request was let in, and when the trace does not tell.
func Remedy(t *trace.Trace) string {
	step := refusing(t)
	switch {
	case t.Outcome == trace.Allowed || step == nil:
		return ""
	case t.Outcome == trace.Failed:
		return failedRemedy(step)
	}
	switch step.Name {
	case trace.PasswordCheck:
		if !wrongPassword(step) {
			return "A name and a password that can be taken, for an account of your own. The answer says what is wrong with these."
		}
	case trace.SessionFind:
		return findRemedy(t)
	case trace.SessionAge:
		return ageRemedy(step)
	case trace.ClaimsCheck:
		return claimsRemedy(t, step)
	case trace.UserLoad:
		return userRemedy(step)
	case trace.RoleCheck:
		return "The same request from an account with the role " + neededRole(step) + "."
	}
	return remedies[step.Name]
}

const changedAccount = "The same login once more: the account changed after its password had been checked, and nothing is issued for what it was before."

// remedies are those that need no facts of the trace.
var remedies = map[trace.Name]string{
	trace.CookieRead:      "The same request after logging in at the session door, with the cookie that it gave you, once.",
	trace.BearerRead:      "The same request after logging in at the token door, with its token in the header Authorization: Bearer, once.",
	trace.TokenDecode:     "The token exactly as it was issued, without a character more or less.",
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
	if step.Name == trace.FrontUnavailable {
		return "The same request when a server is back."
	}
	return "The same request when what this step needs works again."
}

// findRemedy knows that memory is gone with the process that had it, and that
// other servers have memories of their own. Which of these happened no server
// can tell: it only sees that there is nothing.
func findRemedy(t *trace.Trace) string {
	if place(t, trace.SessionFind) != "its memory" {
		return "The same request before the session was ended or expired, or after logging in again."
	}
	if t.Start > 1 {
		return "The same request before " + server(t) + " was started for the " + ordinal(t.Start) +
			" time, if that memory had the session. With the store sqlite a session outlives the process."
	}
	return "The same request at the server that has the session in its memory, before it was ended there. A store that servers share would do as well."
}

// ageRemedy reads "unused for 21m0s, at most 20m0s".
func ageRemedy(step *trace.Step) string {
	first, last, _ := strings.Cut(step.Saw, ", at most ")
	limit, errLimit := time.ParseDuration(last)
	for _, word := range strings.Fields(first) {
		age, err := time.ParseDuration(word)
		if err == nil && errLimit == nil && age >= limit {
			return "The same request " + duration(max(age-limit, time.Second)) + " earlier, or after logging in again."
		}
	}
	return "The same request earlier, or after logging in again."
}

func claimsRemedy(t *trace.Trace, step *trace.Step) string {
	times := lifetime(t)
	switch {
	case strings.Contains(step.Saw, "expired") && times != nil && !times.Expires.After(times.Now):
		late := max(times.Now.Sub(times.Expires), time.Second).Round(time.Second)
		return "The same request " + duration(late) + " earlier, or with a new token."
	case strings.Contains(step.Saw, "(nbf)"), strings.Contains(step.Saw, "from now"):
		return "The same request later: this token is not valid yet by the server's clock."
	case strings.Contains(step.Saw, "expired"):
		return "The same request before the token expired, or with a new token."
	}
	return "A token that this site issued for itself. Log in at the token door for one."
}

func userRemedy(step *trace.Step) string {
	switch {
	case strings.HasSuffix(step.Saw, "is disabled"):
		return "The same request while the account was enabled: the session door asks at each request."
	case strings.Contains(step.Saw, "ended all sessions"):
		return "A session made after the account ended all others. Log in again."
	}
	return "The same request while the account was there: the session door asks at each request."
}

// neededRole reads "the role admin is needed, ada comes with user".
func neededRole(step *trace.Step) string {
	words := strings.Fields(step.Saw)
	if len(words) > 2 && words[0] == "the" && words[1] == "role" {
		return words[2]
	}
	return "that it asks for"
}

func ordinal(n int) string {
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

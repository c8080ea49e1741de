package tell

import (
	"strconv"
	"strings"

	"twodoors/web/trace"
)

// In what a step differs from the one beside it.
const (
	OnlyHere       = "in one request only"
	DiffersOutcome = "outcome"
	DiffersReason  = "reason"
	DiffersStep    = "done another way"
	DiffersPlace   = "where it looked"
)

// purposes say what a step is for. Steps of the two doors that are for the same have one purpose.
var purposes = map[trace.Name]string{
	trace.TurnWait: "Wait for a turn", trace.FrontPick: "Pick a server", trace.FrontRetry: "Try another server", trace.FrontUnavailable: "Pick a server",

	trace.CookieRead: "Read the credential", trace.BearerRead: "Read the credential",
	trace.TokenDecode: "Decode it", trace.AlgorithmCheck: "Check the algorithm", trace.KeysFresh: "Are the keys up to date?", trace.KeySelect: "Select the key",
	trace.SessionFind: "Is it genuine?", trace.SignatureVerify: "Is it genuine?",
	trace.SessionAge: "Is it still valid?", trace.ClaimsCheck: "Is it still valid?",
	trace.RevocationCheck: "Is it revoked?", trace.UserLoad: "Load the account", trace.RoleCheck: "Is the role enough?",
	trace.SessionSave: "Note that it was used",

	trace.OriginCheck: "Where does it come from?", trace.RateCheck: "Too many attempts?", trace.PasswordCheck: "Is the password right?",
	trace.SessionCreate: "Issue the credential", trace.TokenSign: "Issue the credential", trace.RefreshCreate: "Issue a refresh token",

	trace.RefreshFind: "Find the refresh token", trace.RefreshSpend: "Rotate the refresh token",
	trace.SessionDestroy: "Log out", trace.FamilyRevoke: "Log out", trace.RevocationAdd: "Revoke the access token",

	trace.RoleChange: "Change the role",
}

// Purpose says what a step is for, in a few words.
func Purpose(name trace.Name) string {
	if purpose, known := purposes[name]; known {
		return purpose
	}
	return Inert(string(name))
}

// factNames are those that read worse than they are meant.
var factNames = map[string]string{
	"chosen": "how the server was picked", "shown": "which credential", "kid": "key", "signature_bytes": "length of the signature",
	"bytes": "length", "idle_timeout": "idle timeout",
}

// FactName is what a fact is called in a sentence.
func FactName(name string) string {
	if said, known := factNames[name]; known {
		return said
	}
	return Inert(strings.ReplaceAll(name, "_", " "))
}

// Compared says how far two requests differ, of whose steps some do.
func Compared(steps, differing int) string {
	switch {
	case differing == 0:
		return "Both requests took the same steps and saw the same."
	case differing == 1:
		return "1 of " + strconv.Itoa(steps) + " steps differs."
	}
	return strconv.Itoa(differing) + " of " + strconv.Itoa(steps) + " steps differ."
}

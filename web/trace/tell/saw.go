package tell

import "twodoors/web/trace"

// passed says what a step saw when it let the request go on.
var passed = map[trace.Name]string{
	trace.TurnWait:   "waited {wait} for its turn, with {before} ahead of it",
	trace.FrontPick:  "{chosen}",
	trace.FrontRetry: "server {lost} did not answer, so server {server} was asked",

	trace.CookieRead:  "{bytes} bytes, {name}={shown}",
	trace.SessionFind: "found",
	trace.SessionAge:  "logged in {age} ago (limit {lifetime}), last seen {idle} ago (limit {idle_timeout})",
	trace.UserLoad:    "{user}, role {role}",
	trace.RoleCheck:   "{user} has the role {role}, which is enough",
	trace.SessionSave: "last seen: now",

	trace.BearerRead:      "{bytes} bytes in the Authorization header",
	trace.TokenDecode:     "header, payload and a signature of {signature_bytes} bytes",
	trace.AlgorithmCheck:  "{algorithm}, type {type}",
	trace.KeysFresh:       "known to be current {age} ago (limit {limit})",
	trace.KeySelect:       "key {kid}, for {algorithm}",
	trace.SignatureVerify: "signature valid: key {kid} signed this header and payload",
	trace.ClaimsCheck:     "for {user}, expires in {left}",
	trace.RevocationCheck: "the token's ID (jti) is not on the revocation list",

	trace.OriginCheck:   "not sent by another site's page",
	trace.RateCheck:     "this attempt is within the limit",
	trace.PasswordCheck: "argon2id: the password matches {user}'s hash",
	trace.SessionCreate: "{name}={shown} belongs to {user}{stray}",
	trace.TokenSign:     "key {kid}, {algorithm}: {bytes} bytes, valid for {lifetime}",
	trace.RefreshCreate: "stored as a hash; {shown} works once, within {lifetime}",

	trace.RefreshFind:    "{user}'s family {family}, {use}",
	trace.RefreshSpend:   "used up; its successor is {shown}{again}",
	trace.FamilyRevoke:   "{user}'s family {family} is revoked",
	trace.SessionDestroy: "{did} {shown}",
	trace.RevocationAdd:  "the token's ID (jti), until its expiry",

	trace.RoleChange: "{user} is now {role}, was {before}",
}

// phrases put codes into words, by the name of the fact.
var phrases = map[string]map[string]string{
	"chosen": {
		"only":   "server {server}, the only one running",
		"sticky": "server {server}, by its sticky cookie",
		"new":    "server {server}, for a new visitor",
		"turn":   "server {server}, next in turn",
		"moved":  "server {from} {absent}; moved to server {server}",
	},
	"absent": {"away": "is down", "stopped": "is stopped", "hung": "does not answer", "gone": "is gone"},
	"did":    {"destroyed": "deleted", "unknown": "had no session"},
	"use":    {"first": "not used yet", "again": "used {ago} ago"},
	"again":  {"yes": ", the same as a moment ago", "no": ""},
	"stray":  {"yes": "; another program's cookie had the same name, and the browser is told to delete it", "no": ""},
	"fault":  redis,
}

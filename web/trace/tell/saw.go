package tell

import "twodoors/web/trace"

// passed says what each step saw that let the request go on.
var passed = map[trace.Name]string{
	trace.TurnWait:   "waited {wait} for its turn, with {before} before it",
	trace.FrontPick:  "{chosen}",
	trace.FrontRetry: "server {lost} did not answer; server {server} was asked",

	trace.CookieRead:  "{bytes} bytes, {name}={shown}",
	trace.SessionFind: "found",
	trace.SessionAge:  "logged in {age} ago (limit {lifetime}), last seen {idle} ago (limit {idle_timeout})",
	trace.UserLoad:    "{user}, role {role}",
	trace.RoleCheck:   "{user} comes with the role {role}, which is enough",
	trace.SessionSave: "last seen now",

	trace.BearerRead:      "{bytes} bytes in the header Authorization",
	trace.TokenDecode:     "header, payload and a signature of {signature_bytes} bytes",
	trace.AlgorithmCheck:  "{algorithm}, type {type}",
	trace.KeySelect:       "key {kid}, for {algorithm}",
	trace.SignatureVerify: "header and payload are as key {kid} signed them",
	trace.ClaimsCheck:     "for {user}, expires in {left}",
	trace.RevocationCheck: "the token's id (jti) is not on the list of revoked tokens",

	trace.OriginCheck:   "no other site's page sent this",
	trace.RateCheck:     "this attempt is within the limit",
	trace.PasswordCheck: "argon2id: the password is {user}'s",
	trace.SessionCreate: "{name}={shown} is {user}{stray}",
	trace.TokenSign:     "key {kid}, {algorithm}: {bytes} bytes, valid for {lifetime}",
	trace.RefreshCreate: "its hash; {shown} is good for one use within {lifetime}",

	trace.RefreshFind:    "family {family} of {user}, {use}",
	trace.RefreshSpend:   "spent, the next is {shown}{again}",
	trace.FamilyRevoke:   "family {family} of {user} is ended",
	trace.SessionDestroy: "{did} {shown}",
	trace.RevocationAdd:  "the token's id (jti), until it would have expired",

	trace.RoleChange: "{user} is {role} now, and was {before}",
}

// phrases say values that are codes, by the name of the fact.
var phrases = map[string]map[string]string{
	"chosen": {
		"only":   "server {server}, the only one",
		"sticky": "server {server}, by its sticky cookie",
		"new":    "server {server}, new here",
		"turn":   "server {server}, its turn",
		"moved":  "server {from} {absent}; moved to server {server}",
	},
	"absent": {"away": "is away", "stopped": "is stopped", "hung": "does not answer", "gone": "is gone"},
	"did":    {"destroyed": "forgot", "unknown": "had nothing to forget of"},
	"use":    {"first": "not used yet", "again": "used {ago} ago"},
	"again":  {"yes": ", the same as a moment ago", "no": ""},
	"stray":  {"yes": "; another program's cookie came with that name, and the browser is told to delete it", "no": ""},
	"fault":  redis,
}

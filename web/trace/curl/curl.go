// Package curl writes a request as a command, to be sent again from a terminal. Whatever
// is in the request, the command does nothing else.
package curl

import (
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// demoPasswords are those that the README publishes.
var demoPasswords = map[string]string{"ada": "lovelace", "grace": "nanosecond"}

// Command writes a request as what to paste in a terminal. A trace holds no whole
// credential, so a request that brought one is written as logging in and then
// the request; all in one pair of brackets, so that a prompt for a password
// does not read the lines pasted behind it.
func Command(t *trace.Trace, base, seat string) string {
	return command{trace: t, base: base, seat: quote("Seat: " + seat)}.text()
}

// Shown writes the same for a screen that others may see: a variable stands for the seat.
func Shown(t *trace.Trace, base string) string {
	return command{trace: t, base: base, seat: `"Seat: $SEAT"`}.text()
}

// Trial is a call of the protected page behind a door, without a credential.
func Trial(door string) *trace.Trace {
	return &trace.Trace{Method: "GET", Path: "/api/" + door + "/me"}
}

type command struct {
	trace *trace.Trace
	base  string
	seat  string // the header, as a word of a shell
}

func (c command) text() string {
	switch {
	case c.trace.Credential == nil:
		return c.plain()
	case c.trace.Credential.Kind == "bearer":
		return c.withToken()
	}
	return c.withSession()
}

func (c command) plain() string {
	if !strings.HasSuffix(c.trace.Path, "/login") || c.trace.Method != "POST" {
		return c.once("-i", c.body())
	}
	user := who(c.trace)
	ask, body := loginBody(user)
	if strings.HasPrefix(c.trace.Path, "/api/") {
		return grouped(ask, body+c.once("-i", "-H 'Content-Type: application/json' -d @-"))
	}
	if password := demoPasswords[user]; password != "" {
		return c.once("-i", "-d "+quote("username="+user+"&password="+password))
	}
	return grouped(prompt(user), c.once("-i", "--data-urlencode "+quote("username="+user)+` --data-urlencode password="$password"`))
}

func (c command) withSession() string {
	ask, body := loginBody(who(c.trace))
	return grouped("jar=$(mktemp)", ask,
		body+c.login("session", `-fsS -o /dev/null -c "$jar"`)+" &&",
		c.once(`-i -b "$jar"`, c.body()), `rm -f "$jar"`)
}

func (c command) withToken() string {
	ask, body := loginBody(who(c.trace))
	return grouped(ask,
		"token=$("+body+c.login("token", "-fsS")+` | sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p') &&`,
		c.once("-i", `-H "Authorization: Bearer $token"`+c.body()))
}

func (c command) login(door, options string) string {
	return "curl " + options + " -H " + c.seat + " -H 'Content-Type: application/json' -d @- " +
		quote(c.base+"/api/"+door+"/login")
}

func (c command) once(options, more string) string {
	parts := []string{"curl " + options}
	switch c.trace.Method {
	case "GET":
	case "HEAD":
		parts = append(parts, "-I")
	default:
		parts = append(parts, "-X "+quote(c.trace.Method))
	}
	if strings.Contains(c.trace.Path, "/.") {
		parts = append(parts, "--path-as-is")
	}
	parts = append(parts, "-H "+c.seat)
	if more = strings.TrimSpace(more); more != "" {
		parts = append(parts, more)
	}
	target := url.URL{Path: c.trace.Path}
	return strings.Join(append(parts, quote(c.base+target.EscapedPath())), " ")
}

// body is what a request that changes something needs, and a trace does not
// keep.
func (c command) body() string {
	switch {
	case c.trace.Method == "GET" || c.trace.Method == "HEAD":
		return ""
	case strings.HasPrefix(c.trace.Path, "/api/"):
		return " -H 'Content-Type: application/json' -d '{}'"
	}
	return " -d ''"
}

// BodyLost reports whether Command cannot write the body that a request may have had.
func BodyLost(t *trace.Trace) bool {
	return t.Method != "GET" && t.Method != "HEAD" && !strings.HasSuffix(t.Path, "/login")
}

// who is the account that a request was from, as far as its trace tells.
func who(t *trace.Trace) string {
	if t.User != "" {
		return t.User
	}
	var claims struct {
		Name string `json:"name"`
	}
	if t.Credential.Claims(&claims) && claims.Name != "" {
		return claims.Name
	}
	if step := t.Find(trace.UserLoad); step != nil && step.OK {
		return step.Facts.Get("user").String()
	}
	return "ada"
}

// loginBody writes the body of a login and pipes it on. A password that is not
// published is asked for.
func loginBody(user string) (ask, pipe string) {
	if password := demoPasswords[user]; password != "" {
		return "", "echo " + quote(`{"username":"`+user+`","password":"`+password+`"}`) + " | "
	}
	name, err := json.Marshal(user)
	if err != nil {
		name = []byte(`""`)
	}
	return prompt(user), `printf '{"username":%s,"password":"%s"}' ` + quote(string(name)) +
		` "$(printf %s "$password" | sed 's/[\\"]/\\&/g')" | `
}

func prompt(user string) string {
	return "printf %s " + quote("Password of "+user+": ") + "; read -rs password; echo"
}

func grouped(lines ...string) string {
	var kept []string
	for _, line := range lines {
		if line != "" {
			kept = append(kept, line)
		}
	}
	if len(kept) == 1 {
		return kept[0]
	}
	return "(" + strings.Join(kept, "\n") + ")"
}

// quote makes one word of a shell out of any text. Characters that a terminal
// acts upon when they are pasted are taken out.
func quote(s string) string {
	return "'" + strings.ReplaceAll(visible(s), "'", `'\''`) + "'"
}

func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || tell.Inert(string(r)) != string(r) {
			return -1
		}
		return r
	}, s)
}

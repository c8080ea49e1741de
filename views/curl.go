package views

import (
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"

	"twodoors/web/trace"
)

// demoPasswords are those that the README publishes.
var demoPasswords = map[string]string{"ada": "lovelace", "grace": "nanosecond"}

// Curl writes a request as what to paste in a terminal. A trace holds no whole
// credential, so a request that brought one is written as logging in and then
// the request; all in one pair of brackets, so that a prompt for a password
// does not read the lines pasted behind it.
func Curl(t *trace.Trace, base, seat string) string {
	c := curl{trace: t, base: base, seat: seat}
	if t.Credential == nil {
		return c.plain()
	}
	if t.Credential.Kind == "bearer" {
		return c.withToken()
	}
	return c.withSession()
}

type curl struct {
	trace      *trace.Trace
	base, seat string
}

func (c curl) plain() string {
	if !strings.HasSuffix(c.trace.Path, "/login") || c.trace.Method != "POST" {
		return c.command("-i", c.body())
	}
	user := who(c.trace)
	ask, body := loginBody(user)
	if strings.HasPrefix(c.trace.Path, "/api/") {
		return grouped(ask, body+c.command("-i", "-H 'Content-Type: application/json' -d @-"))
	}
	if password := demoPasswords[user]; password != "" {
		return c.command("-i", "-d "+quote("username="+user+"&password="+password))
	}
	return grouped(prompt(user), c.command("-i", "--data-urlencode "+quote("username="+user)+` --data-urlencode password="$password"`))
}

func (c curl) withSession() string {
	ask, body := loginBody(who(c.trace))
	return grouped("jar=$(mktemp)", ask,
		body+c.login("session", `-fsS -o /dev/null -c "$jar"`)+" &&",
		c.command(`-i -b "$jar"`, c.body()), `rm -f "$jar"`)
}

func (c curl) withToken() string {
	ask, body := loginBody(who(c.trace))
	return grouped(ask,
		"token=$("+body+c.login("token", "-fsS")+` | sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p') &&`,
		c.command("-i", `-H "Authorization: Bearer $token"`+c.body()))
}

func (c curl) login(door, options string) string {
	return "curl " + options + " -H " + quote("Seat: "+c.seat) + " -H 'Content-Type: application/json' -d @- " +
		quote(c.base+"/api/"+door+"/login")
}

func (c curl) command(options, more string) string {
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
	parts = append(parts, "-H "+quote("Seat: "+c.seat))
	if more = strings.TrimSpace(more); more != "" {
		parts = append(parts, more)
	}
	target := url.URL{Path: c.trace.Path}
	return strings.Join(append(parts, quote(c.base+target.EscapedPath())), " ")
}

// body is what a request that changes something needs, and a trace does not
// keep.
func (c curl) body() string {
	switch {
	case c.trace.Method == "GET" || c.trace.Method == "HEAD":
		return ""
	case strings.HasPrefix(c.trace.Path, "/api/"):
		return " -H 'Content-Type: application/json' -d '{}'"
	}
	return " -d ''"
}

// bodyLost reports whether Curl cannot write the body that a request may have had.
func bodyLost(t *trace.Trace) bool {
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
	if payloadOf(t, &claims) && claims.Name != "" {
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
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || spellOut(string(r), false) != string(r) {
			return -1
		}
		return r
	}, s)
}

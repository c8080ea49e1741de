package lab

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Preamble is what a terminal needs before the commands of a lab: the address of
// the site, the seat, and a file for cookies.
func Preamble(base, seat string, variables map[string]string) string {
	return preamble(base, quote(seat), variables)
}

// ShownPreamble is the preamble for a screen that others may see: without the seat.
func ShownPreamble(base string, variables map[string]string) string {
	return preamble(base, "… # copied, not shown", variables)
}

func preamble(base, seat string, variables map[string]string) string {
	lines := []string{"SITE=" + quote(base), "SEAT=" + seat, "JAR=$(mktemp)"}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		lines = append(lines, name+"="+quote(variables[name]))
	}
	return strings.Join(lines, "\n")
}

// Command is the act as what to paste in a terminal, after the preamble.
func (a Act) Command() string {
	if a.Script != "" {
		return a.Shell
	}
	var lines []string
	for _, c := range a.Calls {
		lines = append(lines, c.command())
	}
	return strings.Join(lines, "\n")
}

func (c Call) command() string {
	parts := []string{"curl -s -b \"$JAR\" -c \"$JAR\" -H \"Seat: $SEAT\""}
	if c.hashes() {
		parts = append(parts, "--retry 3") // a busy site says when to come again
	}
	if c.Method != "" && c.Method != "GET" {
		parts = append(parts, "-X "+c.Method)
	}
	if c.Bearer != "" {
		parts = append(parts, `-H "Authorization: Bearer $`+c.Bearer+`"`)
	}
	if c.Header != "" {
		parts = append(parts, "-H "+word(c.Header))
	}
	if c.Body != "" {
		parts = append(parts, "-H 'Content-Type: application/json' -d "+word(c.Body))
	}
	line := strings.Join(append(parts, `"$SITE`+c.Path+`"`), " ")
	if len(c.Keep) > 0 {
		line = "ANSWER=$(" + line + `) && echo "$ANSWER"`
	}
	if c.Times > 1 {
		line = fmt.Sprintf("for i in $(seq %d); do %s; done", c.Times, line)
	}
	if c.Wait > 0 {
		line = fmt.Sprintf("sleep %g; %s", c.Wait.Seconds(), line)
	}
	for _, variable := range slices.Sorted(maps.Keys(c.Keep)) {
		line += "\n" + variable + `=$(echo "$ANSWER" | sed -n 's/.*"` + c.Keep[variable] + `": *"\{0,1\}\([^",}]*\).*/\1/p')`
	}
	return line
}

// hashes reports whether the site hashes a password for the call, for which many may wait.
func (c Call) hashes() bool {
	return c.Method == "POST" && (strings.HasSuffix(c.Path, "/login") || c.Path == "/api/signup")
}

// word makes one word of a shell out of a text in which variables stand.
func word(s string) string {
	if !strings.Contains(s, "$") {
		return quote(s)
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`").Replace(s) + `"`
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

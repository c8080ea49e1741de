package jwtinspect

import (
	"regexp"
	"strings"
	"unicode"
)

// hostile are what a key id looks like when it is meant for who puts it into a path, a query,
// a command or a page. Each pattern holds what the attack cannot do without, so that ids which
// only have odd characters, as digests in base64 have, are let be.
var hostile = []struct {
	what    string
	pattern func() *regexp.Regexp
}{
	{"a path", expression(`(?i)\.\.[/\\]|^[/\\](?:dev|etc|proc|sys|var|tmp|usr|home|root|opt|srv|mnt|windows)[/\\]|^[a-z]:\\|^file:|^[/\\].*\.(?:pem|key|txt|json|css|js)$`)},
	{"SQL", expression(`(?i)['"]\s*(?:or|and)\s.*=|['"]\s*\)*\s*(?:;|--|#|/\*|\|\|)|\bunion\s+(?:all\s+)?select\b|\bselect\s.+\sfrom\b|;\s*(?:drop|delete|insert|update)\s`)},
	{"a shell command", expression("(?i)\\$\\(|`[^`]*`|(?:[|;&]|\\n)\\s*(?:ls|cat|id|rm|mv|cp|curl|wget|nc|ncat|bash|sh|zsh|whoami|ping|sleep|powershell|cmd|touch|echo|uname|env|chmod|python3?|perl|nslookup)\\b")},
	{"HTML or a template", expression(`(?i)<[a-z!/]|\$\{|\{\{|\bjavascript:`)},
}

// longKeyID is from how many characters on a key id is called long.
const longKeyID = 256

// lookAtKeyID takes a key id for what it is: text from a stranger.
func (i *inspection) lookAtKeyID(kid string) {
	if len(kid) > longKeyID {
		i.findAt(headerPart, 0, "kid-long", len(kid))
	}
	if strings.ContainsFunc(kid, unicode.IsControl) {
		i.findAt(headerPart, 0, "kid-hostile", "text with control characters")
		return
	}
	for _, h := range hostile {
		if h.pattern().MatchString(kid) {
			i.findAt(headerPart, 0, "kid-hostile", h.what)
			return
		}
	}
}

package jwtinspect

import (
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// escape is a way in which programs write characters that would mean something to them.
type escape struct {
	code, name string
	written    func() *regexp.Regexp // something that is written so
	decode     func(string) string
}

// escapes are those that tokens come in: of addresses, of programs and JSON, of pages, of mail.
var escapes = []escape{
	{"percent-encoded", "", expression(`(?i)%[0-9a-f]{2}`), fromPercent},
	{"escaped", `with escapes, as in JSON or a program (\u002e)`, codeEscape, fromCode},
	{"escaped", "with character references, as in HTML (&#46;)", expression(`(?i)&(?:#\d+|#x[0-9a-f]+|period|lowbar|hyphen|quot|amp|shy|zwnj|nbsp|newline|tab);`), html.UnescapeString},
	{"escaped", "in quoted-printable, as in mail (=2E)", expression(`=(?:[0-9A-F]{2}|[ \t]*\r?\n)`), fromQuotedPrintable},
}

var (
	codeEscape      = expression(`\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))`)
	quotedPrintable = expression(`=([0-9A-F]{2})`)
	softLineBreak   = expression(`=[ \t]*\r?\n`)
)

// maxEscaped is how many escapes within each other are decoded.
const maxEscaped = 2

// uncover decodes what hides a token or a part of it, and tells so.
func (i *inspection) uncover(text string) string {
	decoded, used := uncover(text, maxEscaped)
	for _, e := range used {
		if e.name == "" {
			i.find(e.code)
		} else {
			i.find(e.code, e.name)
		}
	}
	return decoded
}

// uncover returns the text in which a token is found that was hidden, with the escapes that hid it.
func uncover(text string, depth int) (string, []*escape) {
	p := paste{text, headers(text)}
	for n := range escapes {
		e := &escapes[n]
		if !p.hidden(e) {
			continue
		}
		decoded := e.decode(text)
		if decoded == text {
			continue
		}
		var more []*escape
		if depth > 1 {
			decoded, more = uncover(decoded, depth-1)
		}
		if len(headers(decoded)) > 0 {
			return decoded, append([]*escape{e}, more...)
		}
	}
	return text, nil
}

// hidden reports whether an escape may hide the token or a part of it: there is none yet, or something is written
// so in it or at its end.
func (p paste) hidden(e *escape) bool {
	if len(p.starts) == 0 {
		return e.written().MatchString(p.text)
	}
	begins, ends := p.extent()
	at := e.written().FindStringIndex(p.text[begins:])
	return at != nil && begins+at[0] <= ends
}

func fromPercent(text string) string {
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}

func fromCode(text string) string {
	return codeEscape().ReplaceAllStringFunc(text, func(written string) string { return unescaped(written[2:], written) })
}

func fromQuotedPrintable(text string) string {
	text = softLineBreak().ReplaceAllString(text, "")
	return quotedPrintable().ReplaceAllStringFunc(text, func(written string) string { return unescaped(written[1:], written) })
}

// unescaped is the one with a number in hexadecimal digits, if it is one of ASCII: a token has no others.
func unescaped(digits, written string) string {
	n, err := strconv.ParseUint(strings.ToLower(digits), 16, 16)
	if err != nil || n >= 0x80 {
		return written
	}
	return string(rune(n))
}

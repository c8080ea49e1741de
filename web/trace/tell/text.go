package tell

import (
	"fmt"
	"strings"
	"unicode"
)

// Inert makes text from outside visible: invisible characters, and those that reverse the text
// around them (as U+202E does), are spelled out.
func Inert(s string) string { return spellOut(s, "") }

// InertLines is Inert for text of several lines: line breaks and tabs stay.
func InertLines(s string) string { return spellOut(s, "\n\t") }

func spellOut(s, kept string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range strings.ToValidUTF8(s, "�") {
		if unicode.IsPrint(r) || strings.ContainsRune(kept, r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}

// Clip shortens text for a place with little room.
func Clip(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}

// Lower makes a sentence follow a colon.
func Lower(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// Upper makes a sentence of text that follows a colon elsewhere.
func Upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

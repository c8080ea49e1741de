package views

import (
	"fmt"
	"strings"
	"unicode"
)

// inert makes text from outside show itself: characters that cannot be seen, or
// that turn the text around them (as U+202E does), are spelled out. Line breaks
// and tabs stay when keepLines is set.
func inert(s string) string { return spellOut(s, false) }

func spellOut(s string, keepLines bool) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "�") {
		switch {
		case keepLines && (r == '\n' || r == '\t'), unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}

// clip shortens text for a place with little room.
func clip(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}

// microseconds writes a duration as the trace measured it. None is one that its clock
// could not tell.
func microseconds(ns int64) string {
	switch us := float64(ns) / 1000; {
	case ns == 0:
		return "too short to tell"
	case us < 100:
		return fmt.Sprintf("%.1f µs", us)
	case us < 100_000:
		return fmt.Sprintf("%.0f µs", us)
	default:
		return fmt.Sprintf("%.0f ms", us/1000)
	}
}

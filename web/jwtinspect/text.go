package jwtinspect

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// plain reads a text that a system saved as UTF-16, with a byte order mark or, for letters
// of ASCII, without one.
func plain(text string) string {
	order := binary.ByteOrder(binary.LittleEndian)
	switch {
	case strings.HasPrefix(text, "\xff\xfe"):
		text = text[2:]
	case strings.HasPrefix(text, "\xfe\xff"):
		text, order = text[2:], binary.BigEndian
	case len(text) > 3 && text[0] != 0 && text[1] == 0 && text[2] != 0 && text[3] == 0:
	case len(text) > 3 && text[0] == 0 && text[1] != 0 && text[2] == 0 && text[3] != 0:
		order = binary.BigEndian
	default:
		return text
	}
	units := make([]uint16, len(text)/2)
	for n := range units {
		units[n] = order.Uint16([]byte(text[2*n:]))
	}
	return string(utf16.Decode(units))
}

// quoted shows a piece of a token within a sentence: short, and inert. One with double quotes in
// it stands in single ones.
func quoted(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	escaped := strconv.Quote(strings.ToValidUTF8(s, "�"))
	if strings.Contains(s, `"`) && !strings.ContainsAny(s, `'\`) {
		return "'" + strings.ReplaceAll(escaped[1:len(escaped)-1], `\"`, `"`) + "'"
	}
	return escaped
}

// codePoint names a character that cannot be shown.
func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// inWords spells a small number.
func inWords(n int) string {
	if words := strings.Fields("no one two three four five six seven eight nine"); n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}

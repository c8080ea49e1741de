package class

import (
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"

	"twodoors/web/httpio"
)

// maxName is how many characters a name may have.
const maxName = 24

var errName = &httpio.Fault{Status: http.StatusUnprocessableEntity,
	Detail: fmt.Sprintf("A name has 1 to %d letters, digits, spaces or signs. Enter another one.", maxName)}

// readName returns a name as others will see it, by the rules for nicknames (RFC 8266). One that could pass for
// something else on a page is refused: control characters, what changes the direction of a line, marks upon marks.
func readName(text string) (string, error) {
	if len(text) > 8*maxName {
		return "", errName
	}
	name, err := precis.Nickname.String(text)
	if err != nil || name == "" || utf8.RuneCountInString(name) > maxName || !readable(name) {
		return "", errName
	}
	return name, nil
}

// readable reports whether every character shows, and no character carries more marks than any script needs.
func readable(name string) bool {
	marks := 0
	for _, c := range name {
		switch {
		case unicode.Is(unicode.M, c):
			if marks++; marks > 2 {
				return false
			}
		case c == ' ' || unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsPunct(c) || unicode.IsSymbol(c):
			marks = 0
		default:
			return false
		}
	}
	return strings.ContainsFunc(name, unicode.IsLetter) || strings.ContainsFunc(name, unicode.IsNumber)
}

// nameKey is the same for names that people take for one.
func nameKey(name string) string {
	key, err := precis.Nickname.CompareKey(name)
	if err != nil {
		return name
	}
	return key
}

// distinct returns a name that nobody else in the class has: the same one, or with a number.
func (c *Class) distinct(name, id string) string {
	taken := map[string]bool{}
	for _, p := range c.People {
		if p.ID != id {
			taken[nameKey(p.Name)] = true
		}
	}
	for n := 1; ; n++ {
		numbered := name
		if n > 1 {
			number := fmt.Sprintf(" %d", n)
			numbered = string([]rune(name)[:min(utf8.RuneCountInString(name), maxName-len(number))]) + number
		}
		if !taken[nameKey(numbered)] {
			return numbered
		}
	}
}

// Package csvio writes text into tables that other programs open. It knows nothing of what stands in them.
package csvio

import "strings"

// Cell is a text as a cell that no spreadsheet takes for a formula: one that would be begins with an apostrophe, which
// they read as "this is text" (OWASP, CSV Injection).
func Cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

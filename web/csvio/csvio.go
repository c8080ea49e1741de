// Package csvio writes tables that people open in a spreadsheet. It knows nothing of what is in them. Start reading at
// Cell.
package csvio

import (
	"encoding/csv"
	"io"
	"strings"
)

// Cell returns a text that a spreadsheet shows and does not run: Excel, LibreOffice and Google Sheets take a cell
// that begins with one of these characters for a formula, whoever wrote it. The apostrophe makes it text.
// See https://owasp.org/www-community/attacks/CSV_Injection.
func Cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// Writer writes rows of cells, each of them harmless.
type Writer struct{ csv *csv.Writer }

// NewWriter returns a writer with the first row, which names the columns.
func NewWriter(to io.Writer, columns ...string) *Writer {
	w := &Writer{csv.NewWriter(to)}
	w.Row(columns...)
	return w
}

// Row writes one row. Flush says what went wrong.
func (w *Writer) Row(cells ...string) {
	harmless := make([]string, len(cells))
	for i, cell := range cells {
		harmless[i] = Cell(cell)
	}
	w.csv.Write(harmless)
}

// Flush writes what is left, and returns the first error of all that was written.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

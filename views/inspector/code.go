package inspector

import (
	"context"
	"io"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"twodoors/web/trace/tell"
)

// Code is lines of a source file of this site.
type Code struct {
	Path  string // from the repository's root: "web/session/authorize.go"
	First int    // number of the first line
	Mark  int    // number of the line in question, 0 for none
	Lines [][]CodeToken
}

// CodeToken is a word of a line and what kind of word it is: "keyword",
// "string", "comment", "number", "function", or nothing in particular.
type CodeToken struct {
	Kind, Text string
}

func (c Code) number(i int) string { return strconv.Itoa(c.First + i) }

// codeLine writes a line without adding the blanks that a template would.
func codeLine(tokens []CodeToken) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, token := range tokens {
			text := templ.EscapeString(tell.InertLines(token.Text))
			if token.Kind != "" {
				text = `<span class="code-` + token.Kind + `">` + text + `</span>`
			}
			if _, err := io.WriteString(w, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// codeLink is where a line of a file is shown.
func codeLink(file, line string) string {
	return (&url.URL{Path: "/inspector/code/" + file}).EscapedPath() + "?line=" + url.QueryEscape(line)
}

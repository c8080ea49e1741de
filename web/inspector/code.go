package inspector

import (
	"go/scanner"
	"go/token"
	"net/http"
	"strconv"
	"strings"

	"twodoors/views/inspector"
	"twodoors/web"
	"twodoors/web/httpio"
)

// code shows a source file of this program, with the line in question marked:
// the whole file as a page, or with around only that many lines on either side,
// which the page of a trace unfolds in place.
func (i *Inspector) code(w http.ResponseWriter, r *http.Request) {
	path := r.PathValue("path")
	source, err := web.Source.ReadFile(path)
	if err != nil {
		i.notFound(w, r, "No such file",
			"The inspector shows the source files of this program only. Open a request and press show the code.")
		return
	}
	code := highlight("web/"+path, string(source))
	code.Mark, _ = strconv.Atoi(r.URL.Query().Get("line"))
	if around, err := strconv.Atoi(r.URL.Query().Get("around")); err == nil && around >= 0 {
		httpio.Page(w, r, http.StatusOK, inspector.CodeLines(lines(code, around)))
		return
	}
	httpio.Page(w, r, http.StatusOK, inspector.CodePage(i.Page(r, code.Path, "/inspector"), code))
}

// lines keeps those around the marked one.
func lines(code inspector.Code, around int) inspector.Code {
	if code.Mark < 1 || code.Mark > len(code.Lines) {
		code.Mark = 1
	}
	around = min(around, len(code.Lines))
	first := max(code.Mark-around, 1)
	last := min(code.Mark+around, len(code.Lines))
	code.First, code.Lines = first, code.Lines[first-1:last]
	return code
}

// highlight gives each word of a Go file its kind. Go's own scanner tells the words
// apart, so nothing is guessed.
func highlight(path, source string) inspector.Code {
	file := token.NewFileSet().AddFile("", 1, len(source))
	var words scanner.Scanner
	words.Init(file, []byte(source), nil, scanner.ScanComments)
	var lines lineWriter
	done := 0
	for {
		at, word, text := words.Scan()
		if word == token.EOF {
			break
		}
		if word == token.SEMICOLON && text != ";" { // the scanner's, at the end of a line
			continue
		}
		if text == "" {
			text = word.String()
		}
		start := file.Offset(at)
		end := min(start+len(text), len(source))
		lines.write("", source[done:start])
		lines.write(kind(word, source[end:]), source[start:end])
		done = end
	}
	lines.write("", source[done:])
	return inspector.Code{Path: path, First: 1, Lines: lines.done()}
}

// kind is what the page colours: few kinds, so that the colours mean something.
func kind(word token.Token, behind string) string {
	switch {
	case word == token.COMMENT:
		return "comment"
	case word.IsKeyword():
		return "keyword"
	case word == token.STRING, word == token.CHAR:
		return "string"
	case word == token.INT, word == token.FLOAT, word == token.IMAG:
		return "number"
	case word == token.IDENT && strings.HasPrefix(behind, "("):
		return "function"
	}
	return ""
}

// lineWriter puts words into lines.
type lineWriter struct {
	lines   [][]inspector.CodeToken
	current []inspector.CodeToken
}

func (l *lineWriter) write(kind, text string) {
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			l.lines, l.current = append(l.lines, l.current), nil
		}
		if part != "" {
			l.current = append(l.current, inspector.CodeToken{Kind: kind, Text: part})
		}
	}
}

func (l *lineWriter) done() [][]inspector.CodeToken {
	if len(l.current) > 0 {
		l.lines = append(l.lines, l.current)
	}
	return l.lines
}

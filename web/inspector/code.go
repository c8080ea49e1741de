package inspector

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"

	"twodoors/views"
	"twodoors/web"
	"twodoors/web/response"
)

// code shows a source file of this program, with the line in question marked:
// the whole file as a page, or with around only that many lines on either side,
// which the page of a trace unfolds in place.
func (i *Inspector) code(w http.ResponseWriter, r *http.Request) {
	path := r.PathValue("path")
	source, err := web.Source.ReadFile(path)
	if err != nil {
		i.notFound(w, r, "No such file",
			"The inspector shows the source files of this program. Open a request and press show the code.")
		return
	}
	code, err := highlight("web/"+path, string(source))
	if err != nil {
		response.Refuse(w, response.Problem{Status: http.StatusInternalServerError, Detail: "This file cannot be shown. The repository has it."})
		return
	}
	code.Mark, _ = strconv.Atoi(r.URL.Query().Get("line"))
	if around, err := strconv.Atoi(r.URL.Query().Get("around")); err == nil && around >= 0 {
		response.Page(w, r, http.StatusOK, views.CodeLines(lines(code, around)))
		return
	}
	response.Page(w, r, http.StatusOK, views.CodePage(i.Page(code.Path, "/inspector"), code))
}

// lines keeps those around the marked one.
func lines(code views.Code, around int) views.Code {
	if code.Mark < 1 || code.Mark > len(code.Lines) {
		code.Mark = 1
	}
	around = min(around, len(code.Lines))
	first := max(code.Mark-around, 1)
	last := min(code.Mark+around, len(code.Lines))
	code.First, code.Lines = first, code.Lines[first-1:last]
	return code
}

func highlight(path, source string) (views.Code, error) {
	tokens, err := chroma.Tokenise(lexers.Go, nil, source)
	if err != nil {
		return views.Code{}, err
	}
	code := views.Code{Path: path, First: 1}
	for _, line := range chroma.SplitTokensIntoLines(tokens) {
		var words []views.CodeToken
		for _, token := range line {
			words = append(words, views.CodeToken{Kind: kind(token.Type), Text: strings.TrimRight(token.Value, "\n")})
		}
		code.Lines = append(code.Lines, words)
	}
	return code, nil
}

// kind is what the page colours: few kinds, so that the colours mean something.
func kind(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment):
		return "comment"
	case t.InCategory(chroma.Keyword):
		return "keyword"
	case t.InSubCategory(chroma.LiteralString):
		return "string"
	case t.InSubCategory(chroma.LiteralNumber):
		return "number"
	case t.InSubCategory(chroma.NameFunction):
		return "function"
	}
	return ""
}

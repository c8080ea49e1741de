package inspector_test

import (
	"html"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"twodoors/web"
)

var (
	lineOfCode = regexp.MustCompile(`(?s)<li[^>]*>(.*?)</li>`)
	tag        = regexp.MustCompile(`<[^>]*>`)
)

// What the page of a file shows is that file, to the letter.
func TestCodeIsShownAsItIs(t *testing.T) {
	t.Parallel()
	_, server := open(t)
	for _, path := range []string{"trace/record.go", "token/decode.go", "session/authorize.go", "edge/answer.go"} {
		source, err := fs.ReadFile(web.Source, path)
		if err != nil {
			t.Fatal(err)
		}
		_, page := get(t, server, "mine", "/inspector/code/"+path)
		var shown strings.Builder
		_, code, _ := strings.Cut(page, `<figure class="code"`)
		for _, line := range lineOfCode.FindAllStringSubmatch(code, -1) {
			shown.WriteString(strings.TrimRight(html.UnescapeString(tag.ReplaceAllString(line[1], "")), "\n") + "\n")
		}
		if got := shown.String(); !strings.Contains(squeezed(got), squeezed(string(source))) {
			t.Errorf("%s is shown as\n%.600s", path, got)
		}
		if !strings.Contains(page, `<span class="code-keyword">package</span>`) {
			t.Errorf("%s: no keyword is marked", path)
		}
	}
}

// squeezed leaves out what only lays the page out.
func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

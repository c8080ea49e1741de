package trace_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"twodoors/web"
)

// A step's passing line is looked up once for the whole program, so there may be
// only one.
func TestEachStepPassesAtOneLine(t *testing.T) {
	t.Parallel()
	begins := regexp.MustCompile(`(?:trace\.(?:Start|Next)\([^,]+, |\.Step\()trace\.(\w+)\)|\.Pass\(|^}`)
	passes := map[string]int{}
	files, err := fs.Glob(web.Source, "*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(web.Source, file)
		if err != nil {
			t.Fatal(err)
		}
		step := ""
		for line := range strings.Lines(string(text)) {
			for _, found := range begins.FindAllStringSubmatch(line, -1) {
				switch {
				case found[1] != "":
					step = found[1]
				case found[0] == ".Pass(":
					passes[step]++
				default:
					step = ""
				}
			}
		}
	}
	if len(passes) < 15 {
		t.Errorf("only %d steps found: %v", len(passes), passes)
	}
	for step, lines := range passes {
		if lines != 1 || step == "" {
			t.Errorf("the step %q passes at %d lines", step, lines)
		}
	}
}

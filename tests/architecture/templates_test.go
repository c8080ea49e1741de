package architecture

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// words before a component's call on one line, which templ takes for text, the call included.
var words = regexp.MustCompile(`(?m)^[^/\n]*[\w,] @\w+[.(].*$`)

// A component that is called behind words of its line would stand on the page as it is written.
func TestTemplatesCallWhatTheyName(t *testing.T) {
	t.Parallel()
	templates, err := filepath.Glob(filepath.Join("..", "..", "views", "*", "*.templ"))
	if err != nil || len(templates) < 20 {
		t.Fatalf("%d templates: %v", len(templates), err)
	}
	for _, path := range templates {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range words.FindAllString(string(text), -1) {
			t.Errorf("%s: %s", path, line)
		}
	}
}

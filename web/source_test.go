package web

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// The inspector can show every file of ours, and no test lies in the program.
func TestSourceIsWholeAndWithoutTests(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		_, err := fs.Stat(Source, filepath.ToSlash(file))
		if inside, test := err == nil, strings.HasSuffix(file, "_test.go"); inside == test {
			t.Errorf("%s is in the program: %t", file, inside)
		}
	}
}

// Package docs has nothing but tests: that the documents agree with the repository.
package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// code is one that tests cite, as S6.
var code = regexp.MustCompile(`\b[ACIKLRSTWX][0-9]{1,2}\b`)

// row is one of the tables of requirements.md, with its code and the cell of its tests;
// test is one of these.
var (
	row  = regexp.MustCompile(`(?m)^\| ([A-Z][0-9]+) \| .* \| (.*) \|$`)
	test = regexp.MustCompile("`([^`]+)`")
)

// Each code that a test cites above it is told in requirements.md, and the tests that
// are named there cite the code.
func TestRequirementsAreThoseOfTheTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("requirements.md")
	if err != nil {
		t.Fatal(err)
	}
	told, cited := map[string]bool{}, citations(t)
	for _, found := range row.FindAllStringSubmatch(string(text), -1) {
		told[found[1]] = true
		for _, name := range test.FindAllStringSubmatch(found[2], -1) {
			if !cited[name[1]][found[1]] {
				t.Errorf("%s: no test %s cites it", found[1], name[1])
			}
		}
	}
	if len(told) < 90 {
		t.Errorf("only %d requirements", len(told))
	}
	for name, codes := range cited {
		for code := range codes {
			if !told[code] {
				t.Errorf("%s cites %s, which requirements.md does not tell", name, code)
			}
		}
	}
}

// citations are the codes that stand above the tests of the repository, by the tests' names.
func citations(t *testing.T) map[string]map[string]bool {
	t.Helper()
	cited := map[string]map[string]bool{}
	each(t, "_test.go", func(path string) {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			name := function.Name.Name
			if !strings.HasPrefix(name, "Test") && !strings.HasPrefix(name, "Fuzz") {
				continue
			}
			if cited[name] == nil { // packages have tests of the same name
				cited[name] = map[string]bool{}
			}
			for _, found := range code.FindAllString(function.Doc.Text(), -1) {
				cited[name][found] = true
			}
		}
	})
	return cited
}

// link is one of Markdown, to something that is not on another site.
var link = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

// What documents refer to is in the repository.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	links := 0
	each(t, ".md", func(path string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), found[1])); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	})
	if links < 50 {
		t.Errorf("only %d links", links)
	}
}

// each visits the files of the repository whose names end so.
func each(t *testing.T, ending string, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git"):
			return filepath.SkipDir
		case strings.HasSuffix(path, ending):
			visit(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// A function of more lines or more paths than these has two ideas.
const mostLines, mostPaths = 60, 15

// Every function of ours is short, tables of data aside, and has few paths through it.
func TestFunctionsHaveOneIdea(t *testing.T) {
	t.Parallel()
	files := token.NewFileSet()
	all := functions(t, files)
	if len(all) < 1000 {
		t.Fatalf("only %d functions", len(all))
	}
	for _, f := range all {
		if lines := height(files, f) - tables(files, f); lines > mostLines {
			t.Errorf("%s: %s has %d lines", files.Position(f.Pos()), f.Name, lines)
		}
		if paths := paths(f); paths > mostPaths {
			t.Errorf("%s: %s has %d paths", files.Position(f.Pos()), f.Name, paths)
		}
	}
}

// functions are those of all files but the generated ones, and but what tests fetched.
func functions(t *testing.T, files *token.FileSet) (all []*ast.FuncDecl) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if path == filepath.Join(root, "tests", "tools") {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declared := range file.Decls {
			if f, is := declared.(*ast.FuncDecl); is {
				all = append(all, f)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// height is how many lines a piece of code has.
func height(files *token.FileSet, n ast.Node) int {
	return files.Position(n.End()).Line - files.Position(n.Pos()).Line + 1
}

// tables are the lines that a function spends on composite literals without code in them.
func tables(files *token.FileSet, f *ast.FuncDecl) (lines int) {
	ast.Inspect(f, func(n ast.Node) bool {
		literal, is := n.(*ast.CompositeLit)
		if !is || holdsCode(literal) {
			return true
		}
		lines += height(files, literal) - 1 // one stays for the statement around it
		return false
	})
	return lines
}

func holdsCode(literal *ast.CompositeLit) (holds bool) {
	ast.Inspect(literal, func(n ast.Node) bool {
		_, is := n.(*ast.FuncLit)
		holds = holds || is
		return !holds
	})
	return holds
}

// paths is the cyclomatic complexity: one, and one more for each decision.
func paths(f *ast.FuncDecl) int {
	count := 1
	ast.Inspect(f, func(n ast.Node) bool {
		if decides(n) {
			count++
		}
		return true
	})
	return count
}

func decides(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
		return true
	case *ast.CaseClause:
		return n.List != nil // a default decides nothing
	case *ast.CommClause:
		return n.Comm != nil
	case *ast.BinaryExpr:
		return n.Op == token.LAND || n.Op == token.LOR
	}
	return false
}

package trace_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"testing"

	"twodoors/web"
)

// A step's passing line is looked up once for the whole program, so there may be
// only one.
func TestEachStepPassesAtOneLine(t *testing.T) {
	t.Parallel()
	passes := map[string][]string{} // where, by the step's name in Go
	for _, function := range functions(t) {
		for _, pass := range function.passes() {
			passes[pass.step] = append(passes[pass.step], pass.at.String())
		}
	}
	if len(passes) < 15 {
		t.Errorf("only %d steps found: %v", len(passes), passes)
	}
	for step, at := range passes {
		if len(at) != 1 || step == "" {
			t.Errorf("the step %q passes at %v", step, at)
		}
	}
}

// function is one of the program, with the files that its positions are in.
type function struct {
	*ast.FuncDecl
	files *token.FileSet
}

// functions are all that are in packages below web.
func functions(t *testing.T) (all []function) {
	t.Helper()
	names, err := fs.Glob(web.Source, "*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	for _, name := range names {
		text, err := fs.ReadFile(web.Source, name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok {
				all = append(all, function{f, files})
			}
		}
	}
	return all
}

// pass is a call of Pass; its step is empty when the function has not begun it.
type pass struct {
	step string
	at   token.Position
}

// passes are the calls of Pass in a function, each with the step that was begun last
// under the name that it is called on.
func (f function) passes() (all []pass) {
	begun := map[string]string{} // steps, by the variables that hold them
	ast.Inspect(f.FuncDecl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, value := range n.Rhs {
				if name, ok := n.Lhs[i].(*ast.Ident); ok && begins(value) != "" {
					begun[name.Name] = begins(value)
				}
			}
		case *ast.SelectorExpr:
			if n.Sel.Name != "Pass" {
				break
			}
			step := begins(n.X)
			if name, ok := n.X.(*ast.Ident); ok {
				step = begun[name.Name]
			}
			all = append(all, pass{step, f.files.Position(n.Sel.Pos())})
		}
		return true
	})
	return all
}

// begins is the step that an expression begins, as UserLoad is the one of
// trace.Next(ctx, trace.UserLoad).In(users); empty when it begins none.
func begins(e ast.Expr) string {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return ""
	}
	called, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if name := called.Sel.Name; name != "Start" && name != "Next" && name != "Step" || len(call.Args) == 0 {
		return begins(called.X)
	}
	step, ok := call.Args[len(call.Args)-1].(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	return step.Sel.Name
}

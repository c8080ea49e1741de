package lab_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"testing"

	"twodoors/web"
	"twodoors/web/lab"
	"twodoors/web/trace"
)

// S11: the careless answer differs from ours exactly where the store did not answer.
func TestCarelessAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		reason  trace.Name
		outcome trace.Outcome
		status  int
		answer  int
	}{
		{trace.SessionFind, trace.Failed, 503, 401},
		{trace.SessionCreate, trace.Failed, 503, 200},
		{trace.SessionFind, trace.Denied, 401, 401},
		{trace.UserLoad, trace.Failed, 503, 503},
		{trace.PasswordCheck, trace.Denied, 401, 401},
		{trace.NoStep, trace.Allowed, 200, 200},
	} {
		status, mistake := lab.CarelessAnswer(lab.Seen{Reason: test.reason, Outcome: test.outcome, Status: test.status})
		if status != test.answer || (mistake == "") != (status == test.status) {
			t.Errorf("%s %s: %d %q", test.outcome, test.reason, status, mistake)
		}
	}
}

// S11: the careless answer guards nothing: no door, no server and no front asks for
// it, only the page of the lab.
func TestCarelessAnswerGuardsNothing(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(web.Source, "*/*.go")
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(web.Source, name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == "CarelessAnswer" && name != "lab/store.go" {
				t.Errorf("%s asks for the careless answer", name)
			}
			return true
		})
	}
}

package tell_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"twodoors/web"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// codes are all reasons that package trace declares.
func codes(t *testing.T) (all []trace.Why) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../why.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if value, ok := n.(*ast.BasicLit); ok && value.Kind == token.STRING {
			text, err := strconv.Unquote(value.Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, trace.Why(text))
		}
		return true
	})
	if len(all) < 50 {
		t.Fatalf("only %d reasons", len(all))
	}
	return all
}

// Every reason has a sentence, and is listed in the description of the API.
func TestEveryReasonHasASentence(t *testing.T) {
	t.Parallel()
	seen := map[trace.Why]bool{}
	for _, why := range codes(t) {
		if said := tell.Why(why, trace.Text("fault", "ERR")); said == "" || said == string(why) || seen[why] {
			t.Errorf("%s is told as %q", why, said)
		}
		if !strings.Contains(string(web.OpenAPI), string(why)) {
			t.Errorf("%s is not in OpenAPI", why)
		}
		seen[why] = true
	}
}

// Every step has a sentence for when it passes, and facts are put in their places.
func TestSawSaysFacts(t *testing.T) {
	t.Parallel()
	for _, name := range trace.Names() {
		if name == trace.FrontUnavailable {
			continue // it never passes
		}
		facts := trace.Facts{trace.Text("chosen", "only"), trace.Text("did", "destroyed"), trace.Text("unheard-of", "")}
		if said := tell.Result(trace.Step{Name: name, OK: true, Facts: facts}); strings.ContainsAny(said, "{}") || strings.Contains(said, "unheard-of") {
			t.Errorf("%s has no sentence for when it passes, and is told as %q: write one in saw.go", name, said)
		}
	}
	moved := trace.Facts{trace.Number("server", 2), trace.Text("chosen", "moved"), trace.Number("from", 1), trace.Text("absent", "hung")}
	for want, step := range map[string]trace.Step{
		"server 1 does not answer; moved to server 2": {Name: trace.FrontPick, OK: true, Facts: moved},
		"SQLite: ada is disabled":                     {Name: trace.UserLoad, Where: "SQLite", Why: trace.AccountDisabled, Facts: trace.Facts{trace.Text("user", "ada")}},
		"Redis: is still loading its data":            {Name: trace.SessionFind, Where: "Redis", Why: trace.StoreRefuses, Facts: trace.Facts{trace.Text("fault", "LOADING")}},
		"Redis: no such session: the store changed its leader 4s ago, and what was not replicated is lost": missing,
		"payload: invalid JSON at byte 7": {Name: trace.TokenDecode, Why: trace.TokenJSON, Facts: trace.Facts{trace.Text("part", "payload"), trace.Number("place", 7)}},
	} {
		if said := tell.Saw(step); said != want {
			t.Errorf("%q, want %q", said, want)
		}
	}
}

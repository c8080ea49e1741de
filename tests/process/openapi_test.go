package process

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"twodoors/web"
)

// described is a running program, each of whose answers is checked against the
// description that it serves itself.
type described struct {
	*visit
	router routers.Router
	seen   map[string]bool // "GET /api/session/me 200"
}

func openDescribed(t *testing.T) *described {
	t.Helper()
	s := open(t, "--servers=2")
	openapi3.DefineStringFormatValidator("uri", openapi3.NewCallbackValidator(func(string) error { return nil }))
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", openapi3filter.FileBodyDecoder)
	loader := openapi3.NewLoader()
	document, err := loader.LoadFromData([]byte(s.call("GET", "/api/openapi.yaml", "").body))
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(loader.Context); err != nil {
		t.Fatal(err)
	}
	document.Servers = openapi3.Servers{{URL: s.URL}}
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		t.Fatal(err)
	}
	return &described{s, router, map[string]bool{}}
}

// ask sends a request and checks the answer against the description.
func (d *described) ask(method, path, body string, headers ...string) answer {
	d.t.Helper()
	a := d.call(method, path, body, headers...)
	r, err := http.NewRequest(method, d.URL+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	route, parameters, err := d.router.FindRoute(r)
	if err != nil {
		d.t.Errorf("%s %s is not described: %v", method, path, err)
		return a
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader([]byte(a.body))),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(d.t.Context(), input); err != nil {
		d.t.Errorf("%s %s answers %d, not as described: %v", method, path, a.status, err)
	}
	d.seen[method+" "+route.Path] = true
	return a
}

// The description of the API is what the servers really answer: every operation is
// called, well and badly, and every answer has its described form.
func TestDescriptionIsWhatTheServersAnswer(t *testing.T) {
	t.Parallel()
	d := openDescribed(t)
	d.askSessionDoor()
	d.askLabsOfSessions()
	d.askAccount()
	d.askTooOftenAndWrongly()
	issued := d.askTokenDoor()
	d.askLabsOfTokens()
	d.askRooms()
	d.askStorageLab()
	d.askTokenLogout(issued.AccessToken)
	d.askLabs(issued.AccessToken)
	d.askClass()
	d.askServerRoom()
	d.askInspector(issued.AccessToken)
	d.describesEveryRoute()
}

// describesEveryRoute compares the description with the routes in the source and
// with what was asked. Streams of events do not end, and have tests of their own.
func (d *described) describesEveryRoute() {
	d.t.Helper()
	document := string(web.OpenAPI)
	for _, file := range []string{"server/routes.go", "front/routes.go", "inspector/inspector.go"} {
		for _, route := range d.routes(file) {
			method, path, _ := strings.Cut(route, " ")
			path = strings.ReplaceAll(path, "{trace}", "{id}")
			_, operations, _ := strings.Cut(document, "\n  "+path+":\n")
			operations, _, _ = strings.Cut(operations, "\n  /")
			if !strings.Contains("\n"+operations, "\n    "+strings.ToLower(method)+":\n") {
				d.t.Errorf("%s: %s %s is not described", file, method, path)
			}
			if !d.seen[method+" "+path] && !strings.HasSuffix(path, "/events") {
				d.t.Errorf("%s %s was not asked", method, path)
			}
		}
	}
}

// routes are the API's patterns in a file of the source, as "GET /api/session/me".
func (d *described) routes(file string) (all []string) {
	d.t.Helper()
	source, err := web.Source.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
	if err != nil {
		d.t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			d.t.Fatal(err)
		}
		_, path, found := strings.Cut(text, " ")
		if found && (strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/.well-known/")) {
			all = append(all, text)
		}
		return true
	})
	if len(all) == 0 {
		d.t.Errorf("%s has no routes", file)
	}
	return all
}

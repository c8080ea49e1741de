package process

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"regexp"
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
	bob, grace := `{"username":"bob","password":"quiet evening"}`, `{"username":"grace","password":"nanosecond"}`
	bad := `{"username":"bob","password":"wrong"}`
	for _, body := range []string{bob, bob, `{"username":"bob","password":"x"}`, `{`, `[]`} {
		d.ask("POST", "/api/signup", body)
	}
	for _, path := range []string{"/api/session/me", "/api/session/admin", "/api/token/me", "/api/token/admin"} {
		d.ask("GET", path, "")
	}
	d.ask("POST", "/api/session/login", bob)
	d.ask("GET", "/api/session/me", "")
	d.ask("GET", "/api/session/admin", "")
	for _, path := range []string{"servers/copy", "servers/elsewhere", "theft/steal", "theft/stop", "expiry/thief", "forgery/forge", "forgery/weak", "forgery/guess", "forgery/fixed", "exchange/challenge"} {
		d.ask("POST", "/api/labs/"+path, "") // in no lab
	}
	for _, lab := range []string{"servers", "theft", "expiry", "forgery"} {
		d.ask("POST", "/api/labs/"+lab+"/begin", `{"sure":true}`)
	}
	d.ask("POST", "/api/session/login", bob)
	for _, act := range []string{"back", "copy", "elsewhere", "back"} {
		d.ask("POST", "/api/labs/servers/"+act, "")
	}
	d.ask("POST", "/api/account/password", `{"old":"quiet evening","new":"other evening"}`)
	d.ask("POST", "/api/account/password", `{"old":"wrong","new":"other evening"}`)
	d.ask("POST", "/api/account/password", `{"old":"other evening","new":"x"}`)
	d.ask("POST", "/api/account/role", `{"username":"bob","role":"admin"}`)
	d.ask("POST", "/api/session/logout", `{"everywhere":1}`)
	d.ask("POST", "/api/session/logout", `{"everywhere":true}`)
	d.ask("POST", "/api/session/logout", "")
	d.ask("POST", "/api/session/login", grace, "Sec-Fetch-Site", "cross-site")
	d.ask("POST", "/api/session/login", strings.Repeat(" ", 70<<10)+grace)
	d.ask("POST", "/api/session/login", grace, "Content-Type", "text/plain")
	for range 12 {
		d.ask("POST", "/api/session/login", bad)
		d.ask("POST", "/api/token/login", bad)
	}

	var issued tokens
	d.ask("POST", "/api/token/login", `{"username":"grace","password":"nanosecond","refresh_in":"body"}`).into(t, &issued)
	bearer := "Bearer " + issued.AccessToken
	d.ask("POST", "/api/token/login", `{"username":"grace","password":"nanosecond","deliver":"header"}`)
	d.ask("GET", "/api/token/me", "", "Authorization", bearer)
	d.ask("GET", "/api/token/admin", "", "Authorization", bearer)
	for _, body := range []string{`{"username":"bob","role":"admin"}`, `{"username":"bob","role":"queen"}`, `{"username":"ada","role":"admin"}`, `{"username":"nobody","role":"user"}`, `{"role":7}`} {
		d.ask("POST", "/api/account/role", body, "Authorization", bearer)
	}
	d.ask("POST", "/api/account/password", `{"old":"nanosecond","new":"other evening"}`, "Authorization", bearer)
	d.ask("GET", "/api/token/me?access_token=x", "", "Authorization", bearer)
	d.ask("GET", "/api/token/me", "", "Authorization", bearer+"x")
	for range 2 {
		d.ask("POST", "/api/token/refresh", `{"refresh_token":"`+issued.RefreshToken+`"}`)
	}
	for _, act := range []string{"try", "steal", "try", "stop"} {
		d.ask("POST", "/api/labs/theft/"+act, "", "Authorization", bearer)
	}
	d.ask("POST", "/api/labs/theft/steal", "", "Cookie", "session=none")
	for _, body := range []string{"", `{"refresh_token":"` + issued.RefreshToken + `"}`, `{"times":2}`, `{"times":"x"}`} {
		d.ask("POST", "/api/labs/expiry/thief", body)
	}
	for _, kind := range []string{"payload", "expired", "refresh", "?"} {
		d.ask("POST", "/api/labs/forgery/forge", `{"kind":"`+kind+`","token":"`+issued.AccessToken+`"}`)
	}
	var weak struct{ Weak string }
	d.ask("POST", "/api/labs/forgery/weak", "").into(t, &weak)
	for path, body := range map[string]string{"crack": `{"token":"` + weak.Weak + `"}`, "guess": "", "fixed": `{"id":"bm90aGluZw"}`} {
		d.ask("POST", "/api/labs/forgery/"+path, body)
	}
	d.ask("POST", "/api/labs/forgery/crack", `{"token":"`+issued.AccessToken+`"}`)
	d.ask("POST", "/api/labs/forgery/fixed", `{"id":"?"}`)
	d.ask("POST", "/api/labs/storage/ticket", "")
	d.ask("POST", "/api/labs/storage/begin", "")
	var told struct{ Ticket string }
	d.ask("POST", "/api/labs/storage/ticket", "").into(t, &told)
	d.call("GET", "/labs/storage/hole?ticket="+told.Ticket, "")
	for _, body := range []string{`{"place":"memory"}`, `{"same_site":"lax"}`, `{"localStorage":"eyJhbG"}`, `{"cookie":"<script>"}`, `{"place":"here"}`} {
		for _, path := range []string{"place", "cookie", "caught"} {
			d.ask("POST", "/api/labs/storage/"+path, body)
		}
	}
	d.ask("POST", "/api/labs/storage/saw?ticket="+told.Ticket, `{"load":true}`)
	d.ask("POST", "/api/labs/storage/saw?ticket=x", `{"load":true}`)
	d.ask("POST", "/api/token/refresh", `{"refresh_token":"x"}`)
	d.ask("POST", "/api/token/refresh", `{"refresh_token":7}`)
	d.ask("POST", "/api/token/logout", "", "Authorization", bearer)
	d.ask("POST", "/api/token/logout", "")
	d.ask("POST", "/api/token/logout", "", "Authorization", "Bearer x")

	d.askLabs(issued.AccessToken)
	d.ask("PATCH", "/api/settings", `{"alg":"EdDSA"}`)
	d.ask("PATCH", "/api/settings", `{"alg":"none"}`)
	d.ask("PATCH", "/api/settings", `{"colour":"red"}`)
	d.ask("POST", "/api/keys/rotate", `{"retire":true}`)
	d.ask("POST", "/api/keys/rotate", `{"retire":"yes"}`)
	d.ask("GET", "/.well-known/jwks.json", "")
	d.ask("GET", "/api/servers", "")
	for _, path := range []string{"/api/servers/1/restart", "/api/servers/2/crash?wait=1", "/api/servers/9/crash", "/api/servers/x/restart"} {
		d.ask("POST", path, "")
	}
	d.ask("POST", "/api/servers", "")
	for _, path := range []string{"/api/servers/3/stop?wait=1", "/api/servers/3/start", "/api/store/stop", "/api/store/start"} {
		d.ask("POST", path, "")
	}
	for _, name := range []string{"balance", "survive", "nothing"} {
		d.ask("POST", "/api/experiments/"+name, "")
		d.ask("GET", "/api/experiments/"+name, "")
	}
	for _, n := range []string{"3", "2", "1", "7"} {
		d.ask("DELETE", "/api/servers/"+n, "")
	}
	d.ask("PATCH", "/api/settings", `{"store":"redis"}`)
	d.ask("POST", "/api/store/stop", "")
	d.ask("GET", "/api/session/me", "", "Cookie", "session="+strings.Repeat("A", 43))
	d.ask("POST", "/api/store/start", "")
	d.ask("POST", "/api/inspect/token", `{"token":"`+issued.AccessToken+`","key":{"secret":"x"},"algorithms":["HS256"]}`)
	d.ask("POST", "/api/inspect/token", `{"token":"x.y.`+strings.Repeat(".", 100)+`","key":{"jwks":{"keys":[]}}}`)
	d.ask("POST", "/api/inspect/token", `{"token":7}`)
	for _, body := range []string{`{"token":"a.b.c"}`, `{"token":"` + issued.AccessToken + `","key":{"secret":"x"}}`, `{"token":7}`, `{"token":""}`, `{"token":"` + strings.Repeat("x", 70<<10) + `"}`} {
		d.ask("POST", "/api/inspect/token", body)
	}
	traced := d.ask("GET", "/api/traces?limit=500", "")
	d.ask("GET", "/api/traces?door=x", "")
	d.ask("GET", "/api/traces/"+regexp.MustCompile(`"id":"([A-Z2-7]{26})"`).FindStringSubmatch(traced.body)[1], "")
	d.ask("GET", "/api/traces/none", "")
	d.until("the balance experiment has found something", func() bool {
		return strings.Contains(d.ask("GET", "/api/experiments/balance", "").body, `"let_in"`)
	})
	for _, path := range []string{"/healthz", "/readyz", "/api/openapi.yaml"} {
		d.ask("GET", path, "")
	}
	d.describesEveryRoute()
}

// describesEveryRoute compares the description with the routes in the source and
// with what was asked. The stream of events does not end, and has a test of its own.
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
			if !d.seen[method+" "+path] && path != "/api/traces/events" {
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

// askLabs calls what all labs have, and the one about exchange.
func (d *described) askLabs(token string) {
	d.t.Helper()
	d.ask("GET", "/api/labs", "")
	for _, name := range []string{"restart", "nothing"} {
		d.ask("GET", "/api/labs/"+name, "")
		for _, body := range []string{`{"sure":true}`, `{"sure":1}`} {
			d.ask("POST", "/api/labs/"+name+"/begin", body)
		}
		d.ask("GET", "/api/labs/"+name, "")
		d.ask("GET", "/api/labs/"+name+"/record", "")
		d.ask("POST", "/api/labs/"+name+"/leave", "")
		d.ask("DELETE", "/api/labs/"+name, "")
	}
	for _, body := range []string{`{"what":"seat"}`, `{"what":"house"}`, `{`} {
		d.ask("POST", "/api/labs/over", body)
	}
	d.ask("POST", "/api/labs/exchange/begin", `{"sure":true}`)
	for _, token := range []string{token, "x"} {
		d.ask("POST", "/api/labs/exchange/challenge", `{"token":"`+token+`"}`)
	}
	for _, body := range []string{`{"good":[0]}`, `{"good":[0]}`, `{"good":"first"}`} {
		d.ask("POST", "/api/labs/exchange/answer", body)
	}
}

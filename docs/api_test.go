package docs

import (
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"twodoors/web"
)

// Every route of the API is in api.md, and api.md has no other.
func TestEveryRouteIsDocumented(t *testing.T) {
	t.Parallel()
	api, err := openapi3.NewLoader().LoadFromData(web.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("api.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if route, found := strings.CutPrefix(line, "| `"); found {
			route, _, _ = strings.Cut(route, "`")
			rows[route] = true
		}
	}
	for path, item := range api.Paths.Map() {
		for method := range item.Operations() {
			if !rows[method+" "+path] {
				t.Errorf("api.md does not have %s %s", method, path)
			}
			delete(rows, method+" "+path)
		}
	}
	for route := range rows {
		t.Errorf("api.md has %s, and web/openapi.yaml does not", route)
	}
}

package process

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// W4, W5: whatever address is asked for, by whatever method, clean or not, each page has
// the headers that protect a page, be it an error or one of those that net/http makes
// when it sends a browser elsewhere; and each answer has those that everything has.
func TestEveryAnswerIsProtected(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{"front": {"serve", "--servers=2"}, "server alone": {"server"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, arguments...)
			s.call("GET", "/", "") // gives the seat
			pages, elsewhere := 0, 0
			for _, path := range s.paths() {
				for _, path := range []string{path, path + "/", "/" + path, "/x/.." + path, path + "/.", path + "/../x"} {
					for _, method := range []string{"GET", "HEAD", "POST", "PUT", "OPTIONS"} {
						a := s.unfollowed(method, path)
						s.protected(method+" "+path, a)
						if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
							pages++
						}
						if a.header.Get("Location") != "" {
							elsewhere++
						}
					}
				}
			}
			if pages < 100 || elsewhere < 100 {
				t.Errorf("only %d pages, %d sent elsewhere", pages, elsewhere)
			}
		})
	}
}

// paths are all pages, and all that the description of the API names.
func (s *visit) paths() []string {
	s.t.Helper()
	paths := []string{
		"/", "/session", "/session/login", "/session/account", "/session/logout", "/token/login", "/token/account", "/signup", "/inspector", "/inspector/token",
		"/inspector/AAAAAAAAAAAAAAAAAAAAAAAAAA", "/inspector/code", "/inspector/code/web/edge/edge.go", "/servers", "/servers/settings", "/servers/survive", "/servers/balance", "/servers/visitors/x", "/servers/switch", "/servers/add", "/servers/7/remove", "/labs", "/labs/restart",
		"/labs/nothing", "/static", "/static/x", "/static/css", "/nothing", "/healthz", "/readyz", "/.well-known/jwks.json", "/.well-known/x", "/%2e%2e/x", "/a b", "/\xff",
	}
	document, err := openapi3.NewLoader().LoadFromData([]byte(s.call("GET", "/api/openapi.yaml", "").body))
	if err != nil {
		s.t.Fatal(err)
	}
	for path := range document.Paths.Map() {
		if !strings.Contains(path, "events") { // goes on for ever
			paths = append(paths, strings.NewReplacer("{n}", "7", "{", "", "}", "").Replace(path))
		}
	}
	return paths
}

// unfollowed asks for a path as it stands, as a browser that shows pages does, and is
// another site's where that is a change, so that nothing is changed.
func (s *visit) unfollowed(method, path string) answer {
	s.t.Helper()
	headers := []string{"Accept", "text/html"}
	if method == "POST" {
		headers = append(headers, "Sec-Fetch-Site", "cross-site")
	}
	path = strings.NewReplacer(" ", "%20", "\xff", "%ff").Replace(path)
	return s.call(method, path, "", headers...)
}

func (s *visit) protected(what string, a answer) {
	s.t.Helper()
	want := map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
	if strings.Contains(what, "jwks.json") && a.status == 200 {
		want["Cross-Origin-Resource-Policy"] = "cross-origin"
	}
	if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		want["Cross-Origin-Opener-Policy"], want["Referrer-Policy"] = "same-origin", "same-origin"
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			s.t.Errorf("%s: %d with the policy %q", what, a.status, csp)
		}
	}
	for name, value := range want {
		if got := a.header.Values(name); len(got) != 1 || got[0] != value {
			s.t.Errorf("%s: %d with %s %q", what, a.status, name, got)
		}
	}
	if kind := a.header.Get("Content-Type"); strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "; charset=utf-8") {
		s.t.Errorf("%s: %d with the type %q", what, a.status, kind)
	}
}

// The answer that sends a client from an unclean address to the clean one has a trace
// like every other of the API, which can be had by its id.
func TestAnswersThatSendElsewhereHaveATrace(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{"front": {"serve"}, "server alone": {"server"}} {
		s := open(t, arguments...)
		s.call("GET", "/", "")
		for _, path := range []string{"//api/session/me", "/api//session/me", "/api/session/../session/me", "/x/../api/token/me", "/api/token/me/.", "//servers/../api/session/login"} {
			for _, method := range []string{"GET", "POST"} {
				a := s.call(method, path, "")
				if a.status != http.StatusTemporaryRedirect || a.header.Get("Location") == "" {
					t.Errorf("%s, %s %s: %d", name, method, path, a.status)
					continue
				}
				found := s.call("GET", "/api/traces/"+a.header.Get("Trace-Id"), "")
				var kept struct {
					Path   string
					Status int
				}
				if err := json.Unmarshal([]byte(found.body), &kept); err != nil || kept.Path != path || kept.Status != a.status {
					t.Errorf("%s, %s %s: the trace is %d %s", name, method, path, found.status, found.body)
				}
			}
		}
	}
}

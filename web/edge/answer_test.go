package edge

import (
	"strings"
	"testing"
)

// What is kept of a path that no route has taken is what could be one of ours; no credential is.
func TestPlainPath(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("p", 43)
	for path, kept := range map[string]string{
		"/": "/", "/api/session/me": "/api/session/me", "/inspector/" + secret: "/inspector/…", "/" + secret + "/x": "/…", "/api//\xff": "/api//…",
		"/inspector/eyJh.eyJz.c2ln": "/inspector/…", "/a%b": "/…", "/.well-known/jwks.json": "/.well-known/jwks.json", "/A": "/…",
	} {
		if got := plainPath(path); got != kept {
			t.Errorf("%q: %q", path, got)
		}
	}
}

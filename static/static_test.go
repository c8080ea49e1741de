package static_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/static"
)

func get(t *testing.T, path, accepts string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", accepts)
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestFilesAreKeptForEverUnderTheirVersion(t *testing.T) {
	now := "/static/" + static.Version()
	for _, test := range []struct {
		path, contentType, cached string
		status                    int
	}{
		{now + "/token-client.js", "text/javascript; charset=utf-8", "immutable", 200},
		{now + "/css/tokens.css", "text/css; charset=utf-8", "immutable", 200},
		{now + "/icons/favicon.svg", "image/svg+xml", "immutable", 200},
		{"/static/before/js/swap.js", "text/javascript; charset=utf-8", "no-store", 200},
		{now + "/static.go", "text/plain; charset=utf-8", "", 404},
		{now + "/../static.go", "text/plain; charset=utf-8", "", 404},
		{now + "/css", "text/plain; charset=utf-8", "", 404},
	} {
		answer := get(t, test.path, "")
		if answer.StatusCode != test.status || answer.Header.Get("Content-Type") != test.contentType ||
			!strings.Contains(answer.Header.Get("Cache-Control"), test.cached) {
			t.Errorf("%s: %d %v", test.path, answer.StatusCode, answer.Header)
		}
	}
}

func TestFilesAreZippedForWhoTakesIt(t *testing.T) {
	path := "/static/" + static.Version() + "/css/base.css"
	for accepts, want := range map[string]string{
		"": "", "br": "", "gzip": "gzip", "br, gzip;q=0.5": "gzip", "gzip;q=0": "", "GZIP": "gzip",
	} {
		if got := get(t, path, accepts).Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: %q, want %q", accepts, got, want)
		}
	}
}

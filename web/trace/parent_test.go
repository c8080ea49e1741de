package trace_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twodoors/web/trace"
)

// The example of W3C Trace Context, section 3.2.
const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

// A traceparent is noted as far as it is one, of a later version as well, and nothing else is.
func TestTraceparent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		brought []string
		noted   string
	}{
		{nil, ""},
		{[]string{parent}, parent},
		{[]string{"cc" + parent[2:]}, "cc" + parent[2:]},
		{[]string{"cc" + parent[2:] + "-what-the-future-brings"}, "cc" + parent[2:]},
		{[]string{parent, parent}, ""},
		{[]string{parent + "-more"}, ""},
		{[]string{"ff" + parent[2:]}, ""},
		{[]string{strings.ToUpper(parent)}, ""},
		{[]string{strings.Replace(parent, "4bf92f3577b34da6a3ce929d0e0e4736", strings.Repeat("0", 32), 1)}, ""},
		{[]string{strings.Replace(parent, "00f067aa0ba902b7", strings.Repeat("0", 16), 1)}, ""},
		{[]string{parent[:54]}, ""},
		{[]string{parent + "0"}, ""},
		{[]string{" " + parent}, ""},
		{[]string{strings.ReplaceAll(parent, "-", "")}, ""},
		{[]string{strings.Repeat("-", 55)}, ""},
		{[]string{"<script>"}, ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Traceparent"] = c.brought
		if got := trace.Begin("A", r, time.Now()).Parent; got != c.noted {
			t.Errorf("%q: %q", c.brought, got)
		}
	}
}

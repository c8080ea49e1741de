package edge

import (
	"net/http/httptest"
	"testing"
)

// X3: what is said about a visitor counts when a proxy of ours says it, and only what
// it says itself.
func TestProxiesSayWhereVisitorsComeFrom(t *testing.T) {
	t.Parallel()
	proxies, err := ParseProxies([]string{"10.0.0.7", "192.168.0.0/16", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		remote, forwarded, proto, from string
		secure                         bool
	}{
		{"10.0.0.7:1", "203.0.113.9", "https", "203.0.113.9", true},
		{"10.0.0.7:1", "6.6.6.6, 203.0.113.9", "https", "203.0.113.9", true}, // the visitor made the first one up
		{"10.0.0.7:1", "203.0.113.9, 192.168.3.4", "http", "203.0.113.9", false},
		{"[::1]:1", "::ffff:203.0.113.9", "https", "203.0.113.9", true},
		{"10.0.0.7:1", "", "https", "10.0.0.7", true},
		{"10.0.0.7:1", "nonsense", "HTTPS", "10.0.0.7", false},
		{"10.0.0.8:1", "203.0.113.9", "https", "10.0.0.8", false},
		{"pipe", "203.0.113.9", "https", "pipe", false},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		r.Header.Set("X-Forwarded-For", c.forwarded)
		r.Header.Set("X-Forwarded-Proto", c.proto)
		if from, secure := proxies.visitor(r); from != c.from || secure != c.secure {
			t.Errorf("%s saying %q, %s: %s %t", c.remote, c.forwarded, c.proto, from, secure)
		}
		if from, secure := Proxies(nil).visitor(r); secure || from == c.forwarded {
			t.Errorf("without proxies %s is believed", c.remote)
		}
	}
	for _, wrong := range []string{"", "example.org", "10.0.0.0/33", "10.0.0.7:80"} {
		if _, err := ParseProxies([]string{wrong}); err == nil {
			t.Errorf("%q is taken for a proxy", wrong)
		}
	}
}

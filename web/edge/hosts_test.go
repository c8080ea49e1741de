package edge

import "testing"

// X5: the site answers to its own names and addresses and to those it was given.
func TestHostsAreKnownByNameAndAddress(t *testing.T) {
	t.Parallel()
	hosts := NewHosts([]string{"Example.org", "dot.example.", "203.0.113.5", "2001:db8::5"})
	for host, want := range map[string]bool{
		"localhost": true, "localhost:8080": true, "127.0.0.1:8080": true, "[::1]:8080": true,
		"example.org": true, "EXAMPLE.org:8080": true, "example.org.": true, "dot.example": true,
		"203.0.113.5": true, "203.0.113.5:8080": true, "[2001:db8::5]:8080": true,
		"evil.example": false, "203.0.113.6": false, "example.org.evil.example": false, "": false,
	} {
		for range 2 { // the second time it may be remembered
			if got := hosts.Know(host); got != want {
				t.Errorf("%q: %t", host, got)
			}
		}
	}
}

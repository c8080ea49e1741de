package lab

import (
	"net/http"
	"testing"
)

// A5: a client of a lab is known by the secret of this process and by nothing else, and
// nobody behind the front sees the proof, right or wrong.
func TestClientsAreKnownByTheSecret(t *testing.T) {
	t.Parallel()
	secret, other := NewClientSecret(), NewClientSecret()
	for _, test := range []struct {
		what, name string
		sent       []string
	}{
		{"its own client", "third party", []string{string(secret) + " third party"}},
		{"another process's", "", []string{string(other) + " thief"}},
		{"no secret", "", []string{" thief"}},
		{"a name alone", "", []string{"thief"}},
		{"the secret's beginning", "", []string{string(secret[:20]) + " thief"}},
		{"one of two", "", []string{"x thief", string(secret) + " thief"}},
		{"nothing", "", []string{""}},
		{"not sent", "", nil},
	} {
		header := http.Header{}
		if test.sent != nil {
			header[clientHeader] = test.sent
		}
		if name := secret.Sender(header); name != test.name || len(header) != 0 {
			t.Errorf("%s is %q, and %v is left", test.what, name, header)
		}
	}
}

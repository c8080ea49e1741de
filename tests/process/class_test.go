package process

import (
	"fmt"

	"testing"
)

// person is a row of the board, as the API tells it.
type person struct {
	ID, Name string
	Labs     []struct {
		Lab, State  string
		Done, Tasks int
	}
}

// people are those in the class, as the lecturer sees them.
func (s *visit) people() []person {
	s.t.Helper()
	var class struct{ People []person }
	s.call("GET", "/api/class", "").into(s.t, &class)
	return class.People
}

// must sends a request that has to be answered with a status.
func (s *visit) must(status int, method, path, body string) answer {
	s.t.Helper()
	a := s.call(method, path, body)
	if a.status != status {
		s.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, a.status, a.body, status)
	}
	return a
}

// openClass starts the program with a class that is open, and returns the lecturer.
func openClass(t *testing.T, arguments ...string) *visit {
	t.Helper()
	lecturer := open(t, arguments...)
	lecturer.must(204, "POST", "/api/class/open", `{"name":"Tuesday"}`)
	return lecturer
}

// student is another browser, which has joined the class.
func (s *visit) student(name string) *visit {
	s.t.Helper()
	student := s.newSeat()
	student.call("GET", "/class", "") // brings the seat
	student.must(204, "POST", "/api/class/join", fmt.Sprintf(`{"name":%q}`, name))
	return student
}

package process

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
)

// onBoard is a person, as the API tells the lecturer.
type onBoard struct {
	ID, Name string
	Labs     []struct{ Lab, State string }
}

// classNow is the open class, as the API tells the lecturer.
type classNow struct {
	ID, Name, Wall string
	People         []onBoard
	Offers         []struct{ Person, Trace string }
	Steps          struct {
		OpenTo int `json:"open_to"`
		Paused bool
	}
	Question struct {
		Lab, Ended string
		Rooms      int
		Bars       []struct {
			Name   string
			People int
		}
		Tally tallied
	}
}

type tallied struct {
	SessionsKept int `json:"sessions_kept"`
	SessionsLost int `json:"sessions_lost"`
	TokensKept   int `json:"tokens_kept"`
	TokensLost   int `json:"tokens_lost"`
	Right        int
	Predicted    int
}

func (s *visit) class() (now classNow) {
	s.t.Helper()
	s.must(200, "GET", "/api/class", "").into(s.t, &now)
	return now
}

func (s *visit) people() []onBoard { return s.class().People }

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
	student := s.other()
	student.call("GET", "/class", "") // brings the seat
	student.join(name, 204)
	return student
}

func (s *visit) join(name string, status int) {
	s.t.Helper()
	s.must(status, "POST", "/api/class/join", asJSON(map[string]string{"name": name}))
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // only a type that cannot be JSON
	}
	return string(text)
}

// seat is the secret that the browser has.
func (s *visit) seat() string {
	s.t.Helper()
	return s.cookieFor("/", "seat")
}

// begun reports whether the seat has begun a lab.
func (s *visit) begun(lab string) bool {
	s.t.Helper()
	var state struct{ Progress *struct{} }
	s.must(200, "GET", "/api/labs/"+lab, "").into(s.t, &state)
	return state.Progress != nil
}

// hears returns what reads the lines of a stream until one has some text.
func (s *visit) hears(path string) (sees func(text string)) {
	s.t.Helper()
	response, err := s.client.Get(s.URL + path)
	if err != nil || response.StatusCode != 200 {
		s.t.Fatalf("%s: %v %v", path, err, response)
	}
	s.t.Cleanup(func() { response.Body.Close() })
	lines := bufio.NewScanner(response.Body)
	return func(text string) {
		s.t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), text) {
				return
			}
		}
		s.t.Errorf("%s ends without %q: %v", path, text, lines.Err())
	}
}

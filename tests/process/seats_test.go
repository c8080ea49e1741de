package process

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"sync"
	"testing"
)

// C2: two hundred seats at once, over three servers: each sees its own requests,
// all of them and no other, in its list and in its stream.
func TestTwoHundredSeatsAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--balance=round-robin")
	const calls = 5
	var class sync.WaitGroup
	for n := range 200 {
		class.Go(func() {
			student := s.newSeat()
			if _, err := student.try("GET", "/api/session/me", ""); err != nil { // brings the seat
				t.Error(err)
				return
			}
			stream, err := student.client.Get(s.URL + "/api/traces/events")
			if err != nil || stream.StatusCode != 200 {
				t.Errorf("student %d: %v %v", n, err, stream)
				return
			}
			defer stream.Body.Close()
			token := "eyJhbGciOiJIUzI1NiJ9." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"name":"student %d"}`, n))
			var mine []string
			for range calls {
				a, err := student.try("GET", "/api/token/me", "", "Authorization", "Bearer "+token+".AAAAAAAA")
				if err != nil || a.status != 401 {
					t.Errorf("student %d: %v %+v", n, err, a)
					return
				}
				mine = append(mine, a.header.Get("Trace-Id"))
			}
			if got := streamedIDs(stream, calls); !slices.Equal(got, mine) {
				t.Errorf("student %d: the stream has %v, want %v", n, got, mine)
			}
			if got := student.listed(token); !slices.Equal(got, mine) {
				t.Errorf("student %d: the list has %v, want %v", n, got, mine)
			}
		})
	}
	class.Wait()
}

// newSeat is another browser at the same site.
func (s *visit) newSeat() *visit {
	other := *s
	client := *s.client
	client.Jar, _ = cookiejar.New(nil)
	other.client = &client
	return &other
}

// streamedIDs reads the ids of the next traces from a stream.
func streamedIDs(stream *http.Response, n int) (ids []string) {
	lines := bufio.NewScanner(stream.Body)
	for len(ids) < n && lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var told struct{ ID string }
			json.Unmarshal([]byte(data), &told) // what is no trace has no id
			ids = append(ids, told.ID)
		}
	}
	return ids
}

// listed are the ids of the seat's traces at the token door, oldest first. Each
// must have carried the token.
func (s *visit) listed(token string) (ids []string) {
	a, err := s.try("GET", "/api/traces", "")
	var list []struct {
		ID, Door   string
		Credential struct{ Shown string }
	}
	if err != nil || json.Unmarshal([]byte(a.body), &list) != nil {
		s.t.Errorf("%v %s", err, a.body)
	}
	for _, t := range list {
		if t.Door != "token" {
			continue
		}
		if !strings.HasPrefix(t.Credential.Shown, token+".") {
			s.t.Errorf("the seat's list has the credential %q", t.Credential.Shown)
		}
		ids = append([]string{t.ID}, ids...)
	}
	return ids
}

// Clearing the inspector leaves an empty list, without the clearing itself.
func TestClearedListIsEmpty(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	if a := s.call("POST", "/inspector/clear", ""); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := s.call("GET", "/api/traces", ""); a.body != "[]\n" {
		t.Error(a.body)
	}
}

// C4: a seat may have a few streams and a bounded number of traces; what it has
// too many of, it loses itself, and others notice nothing.
func TestOneSeatCannotStarveTheRest(t *testing.T) {
	t.Parallel()
	s := open(t)
	other := s.newSeat()
	first := other.call("GET", "/api/session/me", "").header.Get("Trace-Id")
	oldest := s.call("GET", "/api/session/me", "").header.Get("Trace-Id")

	open, refused := 0, 0
	for range 60 {
		stream, err := s.client.Get(s.URL + "/api/traces/events")
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Body.Close()
		switch stream.StatusCode {
		case 200:
			open++
		case 429:
			refused++
			if stream.Header.Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
		default:
			t.Errorf("status %d", stream.StatusCode)
		}
	}
	if open == 0 || refused == 0 {
		t.Errorf("%d streams of one seat open, %d refused", open, refused)
	}
	stream, err := other.client.Get(s.URL + "/api/traces/events")
	if err != nil || stream.StatusCode != 200 {
		t.Fatalf("another seat's stream: %v %v", err, stream)
	}
	stream.Body.Close()

	const kept = 2000
	last := ""
	for range kept + 100 {
		last = s.call("GET", "/api/session/me", "").header.Get("Trace-Id")
	}
	if a := s.call("GET", "/api/traces/"+last, ""); a.status != 200 {
		t.Errorf("the newest trace: %d", a.status)
	}
	if a := s.call("GET", "/api/traces/"+oldest, ""); a.status != 404 {
		t.Errorf("the oldest of more than %d traces: %d", kept, a.status)
	}
	if a := other.call("GET", "/api/traces/"+first, ""); a.status != 200 {
		t.Errorf("another seat's trace is gone: %d", a.status)
	}
}

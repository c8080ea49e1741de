package room_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/room"
	"twodoors/web/trace"
)

// smallLimit is what a server is held to here, and smallPrivate what it may have for itself when
// it was used: the text of its program it shares with all others.
const smallLimit, smallPrivate = 12 << 20, 9 << 20

// A server of a small room takes what a hash needs, and gives it back.
func TestSmallServerGivesBackWhatHashingTook(t *testing.T) {
	t.Parallel()
	r := open(t, func(c *room.Config) {
		c.Small = room.Small{Disposable: true, Memory: smallLimit}
		c.Program.Env = []string{"GOMAXPROCS=2"}
	})
	picked, ok := r.Pick(room.Client{})
	if !ok {
		t.Fatal("no server is picked")
	}
	pid := r.Status().Servers[0].PID
	rest := private(t, pid)
	for range 5 {
		if status := logIn(t, picked.Server); status != http.StatusOK {
			t.Fatal(status)
		}
	}
	used := private(t, pid)
	for range 500 {
		if status, err := get(t, picked.Server, "/session/login"); status != http.StatusOK {
			t.Fatal(status, err)
		}
	}
	for deadline := time.Now().Add(20 * time.Second); private(t, pid) > smallPrivate; {
		if time.Now().After(deadline) {
			t.Fatalf("at rest %d KB, right after logins %d KB, and still %d KB", rest>>10, used>>10, private(t, pid)>>10)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("private memory: at rest %d KB, right after logins %d KB, then %d KB", rest>>10, used>>10, private(t, pid)>>10)
	if environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid)); err != nil || !strings.Contains(string(environment), "GOMAXPROCS=2\x00") {
		t.Errorf("its environment is another, or %v", err)
	}
}

// private is the memory that a process has for itself, in bytes.
func private(t *testing.T, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		t.Skip(err)
	}
	found := regexp.MustCompile(`Anonymous:\s+(\d+) kB`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s", text)
	}
	kilobytes, _ := strconv.Atoi(string(found[1]))
	return kilobytes << 10
}

func logIn(t *testing.T, s *room.Server) int {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/api/session/login", strings.NewReader(`{"username":"ada","password":"lovelace"}`))
	r.Header.Set("Content-Type", "application/json")
	r = r.WithContext(trace.With(door.WithClient(r.Context(), &door.Client{Address: "127.0.0.1"}), &trace.Trace{ID: trace.NewID()}))
	answer, err := s.RoundTrip(r, time.Now().Add(20*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

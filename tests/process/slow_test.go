package process

import (
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// X2: hundreds of connections that send their headers, or a body, a byte at a
// time keep nobody from being served, and are closed.
func TestSlowConnections(t *testing.T) {
	t.Parallel()
	beset, left := open(t), open(t)
	beset.logIn()
	left.logIn()
	slow := beset.crowd(400)

	// Both are asked in turns, so whatever else the machine does hits both alike.
	with, without := inTurns(t, 300, beset, left)
	for _, share := range []int{50, 90} {
		if w, wo := percentile(with, share), percentile(without, share); w > 2*wo+5*time.Millisecond {
			t.Errorf("%d in a hundred honest requests take up to %v, without slow connections %v", share, w, wo)
		}
	}
	// Every second one stands in its headers, which have ten seconds.
	for i := 0; i < len(slow); i += 2 {
		slow[i].SetDeadline(time.Now().Add(15 * time.Second))
		if err := drain(slow[i]); err != nil {
			t.Fatalf("connection %d is not closed: %v", i, err)
		}
	}
}

// crowd opens connections that have begun a request and do not go on: half of them
// in the header, half in the body.
func (s *visit) crowd(n int) (slow []net.Conn) {
	s.t.Helper()
	for i := range n {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(func() { connection.Close() })
		begun := "GET /api/session/me HTTP/1.1\r\nHost: loc"
		if i%2 == 1 {
			begun = "POST /api/session/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n{"
		}
		if _, err := connection.Write([]byte(begun)); err != nil {
			s.t.Fatal(err)
		}
		slow = append(slow, connection)
	}
	return slow
}

// inTurns asks two sites by turns, and returns how long each took, ascending.
func inTurns(t *testing.T, n int, a, b *visit) (first, second []time.Duration) {
	t.Helper()
	for range n {
		first, second = append(first, a.timed()), append(second, b.timed())
	}
	slices.Sort(first)
	slices.Sort(second)
	return first, second
}

// timed is how long an honest request takes.
func (s *visit) timed() time.Duration {
	s.t.Helper()
	begun := time.Now()
	if a := s.tokenMe(); a.status != 200 {
		s.t.Fatalf("%d %s", a.status, a.body)
	}
	return time.Since(begun)
}

func percentile(sorted []time.Duration, share int) time.Duration {
	return sorted[len(sorted)*share/100]
}

// drain reads until the other side closes, and returns an error when it does not.
func drain(connection net.Conn) error {
	buffer := make([]byte, 512)
	for {
		if _, err := connection.Read(buffer); err != nil {
			if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				return err
			}
			return nil
		}
	}
}

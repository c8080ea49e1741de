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
	s := open(t)
	s.logIn()
	normal := s.slowest()

	var slow []net.Conn
	for i := range 400 {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		begun := "GET /api/session/me HTTP/1.1\r\nHost: loc"
		if i%2 == 1 {
			begun = "POST /api/session/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n{"
		}
		if _, err := connection.Write([]byte(begun)); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, connection)
	}
	// Twice as slow is the bound that counts; the rest is for a busy machine.
	if meanwhile := s.slowest(); meanwhile > 2*normal+150*time.Millisecond {
		t.Errorf("the slowest of a hundred requests but one: %v, without slow connections %v", meanwhile, normal)
	}
	// Every second one stands in its headers, which have five seconds.
	for i := 0; i < len(slow); i += 2 {
		slow[i].SetDeadline(time.Now().Add(15 * time.Second))
		if err := drain(slow[i]); err != nil {
			t.Fatalf("connection %d is not closed: %v", i, err)
		}
	}
}

// slowest is how long the second slowest of a hundred honest requests takes.
func (s *visit) slowest() time.Duration {
	s.t.Helper()
	var took []time.Duration
	for range 100 {
		begun := time.Now()
		if a := s.tokenMe(); a.status != 200 {
			s.t.Fatalf("%d %s", a.status, a.body)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	return took[98]
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

package postgres_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/tests/cluster"
)

// cutter stands between a process and PostgreSQL, and cuts the connection once a commit has been passed on: its answer
// is lost, and it happened.
type cutter struct {
	net.Listener
	to     string
	armed  atomic.Bool
	passed atomic.Int64  // commits
	lost   chan struct{} // gets the answer to each of them
}

func newCutter(t *testing.T, to string) *cutter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	c := &cutter{Listener: listener, to: to, lost: make(chan struct{}, 10)}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go c.pass(client)
		}
	}()
	return c
}

func (c *cutter) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer server.Close()
	var cut atomic.Bool
	go func() {
		defer client.Close()
		answer := make([]byte, 8<<10)
		for {
			n, err := server.Read(answer)
			if err != nil {
				return
			}
			if cut.Load() {
				c.lost <- struct{}{}
				return
			}
			client.Write(answer[:n])
		}
	}()
	asked := make([]byte, 8<<10)
	for {
		n, err := client.Read(asked)
		if err != nil {
			return
		}
		if c.armed.Load() && bytes.Contains(bytes.ToLower(asked[:n]), []byte("commit")) {
			c.passed.Add(1)
			cut.Store(true)
		}
		server.Write(asked[:n])
		if cut.Load() {
			io.Copy(io.Discard, client) // until the answer has come and was not passed on
			return
		}
	}
}

// A commit whose answer is lost is a fault of a database that is away, has happened, and is not done again.
func TestLostAnswerOfACommitIsNeverRepeated(t *testing.T) {
	t.Parallel()
	address := cluster.Shared(t).Database(t)
	direct := openAt(t, address)
	ada, err := direct.Users.Create(t.Context(), "ada", "ada", "hash", "user", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	parsed, _ := url.Parse(address)
	cuts := newCutter(t, parsed.Host)
	parsed.Host = cuts.Addr().String()
	db := openAt(t, parsed.String())
	cuts.armed.Store(true)
	soon := time.Now().Add(time.Hour)
	err = db.Issued.Count(t.Context(), ada, data.Signature{KeyID: "k", Expires: soon}, time.Now())
	if data.KindOf(err) != data.Away {
		t.Errorf("%v", err)
	}
	cuts.armed.Store(false)
	<-cuts.lost
	if out, err := direct.Issued.Out(t.Context(), "k", time.Now()); out != 1 || err != nil || cuts.passed.Load() != 1 {
		t.Errorf("it happened %d times, in %d commits: %v", out, cuts.passed.Load(), err)
	}
}

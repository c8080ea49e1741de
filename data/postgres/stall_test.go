package postgres_test

import (
	"bytes"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/tests/cluster"
)

// stall stands between a process and PostgreSQL. While it is armed, new connections are let in and then hear nothing, as
// when a machine is cut off at that moment.
type stall struct {
	net.Listener
	to    string
	armed atomic.Bool
	mute  atomic.Bool // nothing is passed on any more, as from a machine that hangs

	mu   sync.Mutex
	open []net.Conn
}

func (s *stall) run() {
	for {
		client, err := s.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", s.to)
		if err != nil {
			client.Close()
			continue
		}
		s.mu.Lock()
		s.open = append(s.open, client, server)
		s.mu.Unlock()
		go s.pass(client, server, func(asked []byte) bool {
			return s.mute.Load() || s.armed.Load() && bytes.Contains(asked, []byte("SET statement_timeout"))
		})
		go s.pass(server, client, func([]byte) bool { return false })
	}
}

func (s *stall) pass(from, to net.Conn, swallow func([]byte) bool) {
	text := make([]byte, 8<<10)
	for {
		n, err := from.Read(text)
		if err != nil {
			to.Close()
			return
		}
		if swallow(text[:n]) {
			continue
		}
		to.Write(text[:n])
	}
}

func (s *stall) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, conn := range s.open {
		conn.Close()
	}
	s.open = nil
}

// A connection that goes silent before its first statement is given up. It does not keep its place in the pool.
func TestSilentNewConnectionIsGivenUp(t *testing.T) {
	t.Parallel()
	between, db := openBehindStall(t, "pool_max_conns=1")
	between.armed.Store(true)
	between.cut()
	for range 2 { // the first may only find that its connection has ended
		if err := db.Ping(t.Context()); err == nil {
			t.Fatal("a silent database answers")
		}
	}
	between.armed.Store(false)
	began := time.Now()
	for db.Ping(t.Context()) != nil {
		if time.Since(began) > 5*time.Second {
			between.cut() // or closing the database waits for the connection as well
			t.Fatal("the pool has no place left, though the database answers again")
		}
	}
}

func openBehindStall(t *testing.T, options string) (*stall, *data.DB) {
	t.Helper()
	address, _ := url.Parse(cluster.Shared(t).Database(t))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	between := &stall{Listener: listener, to: address.Host}
	go between.run()
	address.Host, address.RawQuery = listener.Addr().String(), options
	return between, openAt(t, address.String())
}

// When PostgreSQL hangs, one waits in vain, and then one at a time: all others are told at once. When it answers again,
// everybody is served.
func TestDatabaseThatHangsIsWaitedForByOne(t *testing.T) {
	t.Parallel()
	between, db := openBehindStall(t, "")
	between.mute.Store(true)
	if err := db.Ping(t.Context()); data.KindOf(err) != data.Away {
		t.Fatal(err)
	}
	const all = 20
	told := make(chan error, all)
	for range all {
		go func() { told <- db.Ping(t.Context()) }()
	}
	for range all - 1 {
		select {
		case err := <-told:
			if data.KindOf(err) != data.Away {
				t.Error(err)
			}
		case <-time.After(time.Second):
			t.Fatal("more than one waits")
		}
	}
	between.mute.Store(false)
	between.cut()
	<-told
	for began := time.Now(); db.Ping(t.Context()) != nil; {
		if time.Since(began) > 5*time.Second {
			t.Fatal("it answers again, and nobody asks it")
		}
	}
}

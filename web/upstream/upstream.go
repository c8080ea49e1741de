// Package upstream carries requests to one server and brings its answers back.
//
// It knows HTTP/1.1 between two processes that trust each other, and nothing of what they
// say. Start reading at Send.
package upstream

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Transport keeps connections to one address open between requests. It is an
// http.RoundTripper.
//
// It is not an http.Transport, which has two goroutines for each connection, and hands
// every request to one and every answer back from the other: that takes more time than a
// server's whole answer. Here whoever sends a request writes it, and reads the answer.
type Transport struct {
	address string

	mu     sync.Mutex
	idle   []*conn // the one used last at the end
	closed bool
}

// Bounds of a transport.
const (
	dialTimeout = time.Second
	headTimeout = 10 * time.Second // for RoundTrip, until the head of an answer is here
	bodyTimeout = 30 * time.Second // for an answer once it has begun: as long as the visitor may take to read it
	maxIdle     = 256
	idleFor     = 30 * time.Second // a server closes them after two minutes
)

// New returns a transport to an address, a host and a port. It connects when it is needed.
func New(address string) *Transport { return &Transport{address: address} }

// NotSentError is why a request did not reach the server.
type NotSentError struct{ Err error }

func (e NotSentError) Error() string { return "not sent: " + e.Err.Error() }

// Unwrap returns the cause.
func (e NotSentError) Unwrap() error { return e.Err }

// Patience says how much longer to wait for an answer to begin, after some time without
// it, or why to give it up. It is asked first with 0, before the request is sent.
type Patience func(waited time.Duration) (more time.Duration, err error)

// RoundTrip sends a request, and waits ten seconds for its answer to begin.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.Send(r, func(waited time.Duration) (time.Duration, error) {
		if waited >= headTimeout {
			return 0, context.DeadlineExceeded
		}
		return headTimeout - waited, nil
	})
}

// Send sends a request, and returns its answer as soon as the head of it is here. Whoever
// gets it closes its body. When the request's context ends, so does the connection.
func (t *Transport) Send(r *http.Request, patience Patience) (*http.Response, error) {
	more, err := patience(0)
	if err != nil {
		return nil, NotSentError{err}
	}
	c, err := t.take(r.Context())
	if err != nil {
		return nil, NotSentError{err}
	}
	keep := context.AfterFunc(r.Context(), func() { c.Close() })
	answer, err := c.exchange(r, more, patience)
	if err != nil {
		keep()
		c.Close()
		return nil, err
	}
	answer.Body = &body{Reader: answer.Body, conn: c, transport: t, keep: keep, last: answer.Close}
	return answer, nil
}

// Close closes what is idle now, and what is under way when its answer is closed.
func (t *Transport) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for _, c := range t.idle {
		c.Close()
	}
	t.idle = nil
}

// take returns a connection that nobody uses.
func (t *Transport) take(ctx context.Context) (*conn, error) {
	t.mu.Lock()
	t.dropStale()
	if n := len(t.idle); n > 0 {
		c := t.idle[n-1]
		t.idle = t.idle[:n-1]
		t.mu.Unlock()
		return c, nil
	}
	t.mu.Unlock()
	dialed, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", t.address)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: dialed, in: bufio.NewReader(dialed), out: bufio.NewWriter(dialed)}, nil
}

// put takes back a connection on which nothing is under way.
func (t *Transport) put(c *conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || len(t.idle) == maxIdle {
		c.Close()
		return
	}
	c.since = time.Now()
	t.idle = append(t.idle, c)
}

// dropStale closes connections that were not used for a while: those stand first.
func (t *Transport) dropStale() {
	stale := 0
	for stale < len(t.idle) && time.Since(t.idle[stale].since) > idleFor {
		t.idle[stale].Close()
		stale++
	}
	t.idle = t.idle[stale:]
}

// body is that of an answer, with the connection over which it comes.
type body struct {
	io.Reader
	conn      *conn
	transport *Transport
	keep      func() bool // reports whether the connection is still open
	last      bool        // the server closes the connection behind it
	whole     bool
}

// Read reads on, and notes the end.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.whole = b.whole || err == io.EOF
	return n, err
}

// Close keeps the connection for the next request when the body has been read to its end,
// and closes it otherwise.
func (b *body) Close() error {
	if b.keep() && b.whole && !b.last && b.conn.in.Buffered() == 0 {
		b.transport.put(b.conn)
		return nil
	}
	return b.conn.Close()
}

// conn is a connection, used by one request at a time.
type conn struct {
	net.Conn
	in    *bufio.Reader
	out   *bufio.Writer
	since time.Time // when it was put back
}

// exchange sends a request and reads the head of its answer.
func (c *conn) exchange(r *http.Request, more time.Duration, patience Patience) (*http.Response, error) {
	sent := time.Now()
	c.SetDeadline(sent.Add(more))
	if err := c.write(r); err != nil {
		return nil, err
	}
	if err := c.await(sent, more, patience); err != nil {
		return nil, err
	}
	return c.read(r)
}

// await waits until an answer begins to come.
func (c *conn) await(sent time.Time, more time.Duration, patience Patience) error {
	for {
		_, err := c.in.Peek(1)
		waited := time.Since(sent)
		switch {
		case err == nil && waited > more/2:
			return c.SetDeadline(time.Now().Add(more)) // for the rest of its head
		case err == nil:
			return nil
		case !TimedOut(err):
			return err
		}
		if more, err = patience(waited); err != nil {
			return err
		}
		c.SetDeadline(time.Now().Add(more))
	}
}

// write writes a request with the length of its body, which has to be known: both sides
// then agree where the request ends.
func (c *conn) write(r *http.Request) error {
	c.out.WriteString(r.Method + " " + r.URL.RequestURI() + " HTTP/1.1\r\nHost: " + r.Host + "\r\n")
	r.Header.Write(c.out)
	if r.ContentLength > 0 {
		c.out.WriteString("Content-Length: " + strconv.FormatInt(r.ContentLength, 10) + "\r\n")
	}
	c.out.WriteString("\r\n")
	if r.ContentLength > 0 {
		if _, err := io.Copy(c.out, r.Body); err != nil {
			return err
		}
	}
	return c.out.Flush() // it has every error before
}

// read reads the head of an answer that has begun to come.
func (c *conn) read(r *http.Request) (*http.Response, error) {
	for {
		answer, err := http.ReadResponse(c.in, r)
		if err != nil {
			return nil, err
		}
		if answer.StatusCode < 200 { // not the answer yet (RFC 9110 section 15.2)
			continue
		}
		if answer.ContentLength < 0 || answer.ContentLength > int64(c.in.Buffered()) {
			c.SetDeadline(time.Now().Add(bodyTimeout))
		}
		return answer, nil
	}
}

// TimedOut reports whether an error is that something took too long.
func TimedOut(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

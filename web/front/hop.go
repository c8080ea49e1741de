package front

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"twodoors/web/relay"
	"twodoors/web/seat"
)

// hop is the way to one process: connections to it that stay open between
// requests. It is gone with the process.
//
// Whoever forwards a request writes it and reads its answer on one of them. That
// is why it is not http.Transport, which has two goroutines for each connection
// and hands every request to one and every answer back from the other: it takes
// more time than a server's whole answer. HTTP/1.1 itself is read and written by
// net/http.
type hop struct {
	process *process

	mu     sync.Mutex
	idle   []*link // the one used last at the end
	closed bool
}

// link is one connection, used by one request at a time.
type link struct {
	net.Conn
	in    *bufio.Reader
	out   *bufio.Writer
	since time.Time // when it was put back
}

// Bounds of a hop.
const (
	dialTimeout = time.Second
	restTimeout = 30 * time.Second // for an answer once it has begun: as long as the visitor may take to read it
	maxIdle     = 256
	idleFor     = 30 * time.Second // a server closes them after two minutes
)

// take returns a connection that nobody uses.
func (h *hop) take(ctx context.Context) (*link, error) {
	h.mu.Lock()
	h.dropStale()
	if n := len(h.idle); n > 0 {
		l := h.idle[n-1]
		h.idle = h.idle[:n-1]
		h.mu.Unlock()
		return l, nil
	}
	h.mu.Unlock()
	connection, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", h.process.address)
	if err != nil {
		return nil, err
	}
	return &link{Conn: connection, in: bufio.NewReader(connection), out: bufio.NewWriter(connection)}, nil
}

// put takes back a connection on which nothing is under way.
func (h *hop) put(l *link) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.idle) == maxIdle {
		l.Close()
		return
	}
	l.since = time.Now()
	h.idle = append(h.idle, l)
}

// dropStale closes connections that were not used for a while: those stand first.
func (h *hop) dropStale() {
	stale := 0
	for stale < len(h.idle) && time.Since(h.idle[stale].since) > idleFor {
		h.idle[stale].Close()
		stale++
	}
	h.idle = h.idle[stale:]
}

// close closes what is idle now, and what is under way when it is put back.
func (h *hop) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, l := range h.idle {
		l.Close()
	}
	h.idle = nil
}

// receive reads the head of an answer that has begun to come.
func (l *link) receive(r *http.Request) (*http.Response, error) {
	for {
		answer, err := http.ReadResponse(l.in, r)
		if err != nil {
			return nil, err
		}
		if answer.StatusCode < 200 { // not the answer yet (RFC 9110 section 15.2)
			continue
		}
		if answer.ContentLength < 0 || answer.ContentLength > int64(l.in.Buffered()) {
			l.SetDeadline(time.Now().Add(restTimeout))
		}
		return answer, nil
	}
}

// send writes a request as the visitor sent it, but for what is between visitor
// and front only, with a passage, and with the length of a body that is all here:
// front and server cannot disagree about where the request ends.
func (l *link) send(r *http.Request, body []byte, passage relay.Passage) error {
	own := http.Header{}
	passage.Send(own)
	if len(body) > 0 {
		own["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	l.out.WriteString(r.Method + " " + r.URL.RequestURI() + " HTTP/1.1\r\nHost: " + r.Host + "\r\n")
	r.Header.WriteSubset(l.out, notForwarded)
	own.Write(l.out)
	l.out.WriteString("\r\n")
	l.out.Write(body)
	return l.out.Flush() // it has every error before
}

// between are the headers that concern one connection only (RFC 9110 section
// 7.6.1). Those that a visitor's Connection names besides go on: a visitor cannot
// have the front take off what the server decides by.
var between = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Proxy-Authenticate": true, "Proxy-Authorization": true,
	"Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
}

// notForwarded are the headers of a visitor that no server sees.
var notForwarded = func() map[string]bool {
	names := map[string]bool{
		"Content-Length": true, "Expect": true, // the front has read the body
		"Forwarded": true, "X-Forwarded-For": true, "X-Forwarded-Host": true, "X-Forwarded-Proto": true, // the passage says it
		seat.HeaderName: true,
	}
	for name := range between {
		names[name] = true
	}
	for _, name := range relay.Headers {
		names[name] = true
	}
	return names
}()

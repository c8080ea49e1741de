// Package deadline makes the deadlines of connections cheap. net/http sets up to
// seven for each request and most never come, as a request is done in a
// millisecond and a deadline is many seconds away. Each would set a timer.
//
// Here a connection only notes its deadlines, and a look at all connections, twice
// a second, hands on those that are near. What the caller sees is the same, to the
// moment.
package deadline

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// period is how often all connections are looked at.
const period = 500 * time.Millisecond

// Listener accepts TCP connections whose deadlines are cheap.
type Listener struct {
	*net.TCPListener
	near atomic.Pointer[time.Time] // a deadline before this moment needs a timer at once
	mu   sync.Mutex
	open map[*conn]struct{}
	idle bool // nobody looks, as nothing is open
}

// Listen returns a listener that accepts what another one does.
func Listen(l *net.TCPListener) *Listener {
	return &Listener{TCPListener: l, open: map[*conn]struct{}{}, idle: true}
}

// Accept waits for the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	tcp, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	c := &conn{TCPConn: tcp, of: l}
	c.reading.apply, c.writing.apply = tcp.SetReadDeadline, tcp.SetWriteDeadline
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[c] = struct{}{}
	if l.idle {
		l.idle = false
		l.look(time.Now())
		go l.watch()
	}
	return c, nil
}

// watch looks at all connections until none is left.
func (l *Listener) watch() {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for range ticker.C {
		if !l.lookOrRest(time.Now()) {
			return
		}
	}
}

func (l *Listener) lookOrRest(now time.Time) (looked bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.idle = len(l.open) == 0; l.idle {
		return false
	}
	l.look(now)
	return true
}

// look hands on what is due before the look after next, so that a look that comes
// late still comes in time. It is called with the listener locked.
func (l *Listener) look(now time.Time) {
	near := now.Add(2 * period)
	l.near.Store(&near)
	for c := range l.open {
		c.reading.approach(near)
		c.writing.approach(near)
	}
}

func (l *Listener) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, c)
}

// conn is a connection that notes its deadlines.
type conn struct {
	*net.TCPConn
	of               *Listener
	reading, writing limit
}

func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error  { return c.reading.set(t, *c.of.near.Load()) }
func (c *conn) SetWriteDeadline(t time.Time) error { return c.writing.set(t, *c.of.near.Load()) }

func (c *conn) Close() error {
	c.of.forget(c)
	return c.TCPConn.Close()
}

// limit is one deadline of a connection.
type limit struct {
	mu    sync.Mutex
	at    time.Time // zero when there is none
	timed bool      // the connection itself has a deadline
	apply func(time.Time) error
}

func (l *limit) set(t, near time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = t
	if !t.IsZero() && t.Before(near) {
		l.timed = true
		return l.apply(t)
	}
	if l.timed {
		l.timed = false
		return l.apply(time.Time{})
	}
	return nil
}

// approach hands on a deadline that has come near.
func (l *limit) approach(near time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.timed && !l.at.IsZero() && l.at.Before(near) {
		l.timed = true
		l.apply(l.at) // an error is that of a connection that was closed meanwhile
	}
}

// Package framing refuses requests whose end another program could see elsewhere. The
// net/http server takes lines that end with a bare LF, and lines that continue the one
// before; a balancer may read either otherwise, and then the two disagree about what is
// whose request.
//
// It knows the bytes of a connection and nothing of requests: each line and each length is
// looked at before net/http gets it, by rules at least as strict as net/http's own, so that
// both find the end of a request at the same byte. Start reading at scan.
package framing

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"
)

// Listen returns a listener that accepts what another one does, over TLS when there is a
// configuration for it.
func Listen(listener net.Listener, secure *tls.Config) net.Listener {
	return &checking{listener, secure}
}

type checking struct {
	net.Listener
	secure *tls.Config
}

// Accept waits for the next connection.
func (l *checking) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if l.secure == nil {
		return &conn{Conn: accepted}, nil
	}
	secured := tls.Server(accepted, l.secure)
	return &secureConn{conn{Conn: secured}, secured}, nil
}

// conn is a connection whose requests are looked at as they are read. Only one goroutine
// reads at a time, as net/http does.
type conn struct {
	net.Conn
	scanner scanner
	fault   error
}

// Read reads what is sound. The fault that follows is the next error: net/http answers
// it with 400, unless it is being answered already, and closes the connection.
func (c *conn) Read(p []byte) (int, error) {
	if c.fault != nil {
		return 0, c.fault
	}
	n, err := c.Conn.Read(p)
	sound, fault := c.scanner.scan(p[:n])
	if fault != nil {
		c.fault = fault
		if sound == 0 {
			return 0, fault
		}
		return sound, nil
	}
	return n, err
}

// CloseWrite lets a client read the answer to what was refused while it still writes.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// secureConn is a conn over TLS, as net/http recognizes it.
type secureConn struct {
	conn
	tls *tls.Conn
}

// handshakeTimeout bounds how long a client may take to agree on keys.
const handshakeTimeout = 10 * time.Second

// ConnectionState is what net/http asks first. An error of the handshake comes again when
// it reads.
func (c *secureConn) ConnectionState() tls.ConnectionState {
	bounded, cancel := context.WithTimeout(context.Background(), handshakeTimeout)
	defer cancel()
	plain, ok := errors.AsType[tls.RecordHeaderError](c.tls.HandshakeContext(bounded))
	if ok && plain.Conn != nil {
		io.WriteString(plain.Conn, "HTTP/1.0 400 Bad Request\r\n\r\nThis site speaks HTTPS only.\n")
	}
	return c.tls.ConnectionState()
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync/atomic"
	"time"
)

// client is one keep-alive connection that sends the same bytes again and again.
// It reads only what it has to, because it shares the processors with what it
// measures.
type client struct {
	conn    net.Conn
	request []byte
	buffer  [32 << 10]byte
	done    atomic.Int64
}

func dial(address string, request []byte) (*client, error) {
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, request: request}, nil
}

var (
	statusOK      = []byte("HTTP/1.1 200 ")
	endOfHeader   = []byte("\r\n\r\n")
	contentLength = []byte("\r\nContent-Length: ")
	expected      = []byte(`"username":"ada"`)
)

// exchange sends the request and reads its answer, which has to be 200 and about
// ada.
func (c *client) exchange() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	n, whole := 0, 0
	for whole == 0 || n < whole {
		if n == len(c.buffer) {
			return errors.New("the answer is too long")
		}
		m, err := c.conn.Read(c.buffer[n:])
		if err != nil {
			return err
		}
		n += m
		if whole == 0 {
			if whole, err = length(c.buffer[:n]); err != nil {
				return err
			}
		}
	}
	if n > whole || !bytes.Contains(c.buffer[:n], expected) {
		return fmt.Errorf("not the expected answer: %q", c.buffer[:n])
	}
	c.done.Add(1)
	return nil
}

// length is that of a whole answer, 0 while its header is not complete.
func length(answer []byte) (int, error) {
	end := bytes.Index(answer, endOfHeader)
	if end < 0 {
		return 0, nil
	}
	if !bytes.HasPrefix(answer, statusOK) {
		return 0, fmt.Errorf("not 200: %q", answer)
	}
	at := bytes.Index(answer[:end+2], contentLength)
	if at < 0 {
		return 0, fmt.Errorf("no Content-Length: %q", answer[:end])
	}
	digits := answer[at+len(contentLength) : end+2]
	body, err := strconv.Atoi(string(digits[:bytes.IndexByte(digits, '\r')]))
	return end + len(endOfHeader) + body, err
}

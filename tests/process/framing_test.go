package process

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// X4: a request whose end can be read in two ways is refused or cut off, at the
// front and at a server alone alike, and what follows it is never answered.
func TestBadFraming(t *testing.T) {
	t.Parallel()
	const (
		post  = "POST /api/session/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
		inner = "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
	)
	requests := map[string]string{
		"two lengths":              post + "Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + inner,
		"lengths in a list":        post + "Content-Length: 2, 60\r\n\r\n{}" + inner,
		"length with a sign":       post + "Content-Length: +2\r\n\r\n{}" + inner,
		"negative length":          post + "Content-Length: -2\r\n\r\n{}" + inner,
		"length in hex":            post + "Content-Length: 0x2\r\n\r\n{}" + inner,
		"huge length":              post + "Content-Length: 99999999999999999999\r\n\r\n{}" + inner,
		"two encodings":            post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + inner,
		"encodings in a list":      post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + inner,
		"chunks and a length":      post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
		"unknown encoding":         post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner,
		"blank before the colon":   post + "Content-Length : 2\r\n\r\n{}" + inner,
		"folded line":              "GET /api/session/me HTTP/1.1\r\n Host: localhost\r\n\r\n",
		"folded length":            post + "X: y\r\n Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + inner,
		"carriage return in value": "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nX: a\rb: c\r\n\r\n",
		"NUL in a header":          "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
		"two hosts":                "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
		"no host":                  "GET /api/session/me HTTP/1.1\r\n\r\n",
		"no version":               "GET /api/session/me\r\n\r\n",
		"unknown version":          "GET /api/session/me HTTP/3.0\r\nHost: localhost\r\n\r\n",
		"chunk size with a sign":   post + "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n" + inner,
		"chunk size in letters":    post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + inner,
		"huge chunk size":          post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n" + inner,
		"chunk longer than stated": post + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n" + inner,
		"chunk ended by LF alone":  post + "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n" + inner,
	}
	for name, arguments := range map[string][]string{"front": {"serve"}, "server": {"server"}} {
		s := open(t, arguments...)
		for what, request := range requests {
			statuses := s.raw(request)
			for _, status := range statuses {
				if status < 400 || status == 401 || status == 500 { // 401: what was hidden in it was taken for a request
					t.Errorf("%s, %s: answered with %v", name, what, statuses)
				}
			}
		}
		// RFC 9112 §2.2 lets a line end with LF alone: both read it so, and once.
		if statuses := s.raw("GET /api/session/me HTTP/1.1\nHost: localhost\nConnection: close\n\n"); len(statuses) != 1 || statuses[0] != 401 {
			t.Errorf("%s, bare LF: answered with %v", name, statuses)
		}
		if a := s.sessionMe(); a.status != 401 {
			t.Errorf("%s afterwards: %d", name, a.status)
		}
	}
}

// raw sends bytes as they are, and returns the status of each answer until the
// other side closes.
func (s *visit) raw(request string) (statuses []int) {
	s.t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(20 * time.Second))
	go io.WriteString(connection, request)
	reader := bufio.NewReader(connection)
	for {
		answer, err := http.ReadResponse(reader, nil)
		if err != nil {
			return statuses
		}
		statuses = append(statuses, answer.StatusCode)
		io.Copy(io.Discard, answer.Body)
	}
}

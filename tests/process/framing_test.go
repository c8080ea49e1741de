package process

import (
	"bufio"
	"crypto/tls"
	"io"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// X4: a request whose end can be read in two ways is refused or cut off, at the
// front and at a server alone alike, and what follows it is never answered.
func TestBadFraming(t *testing.T) {
	t.Parallel()
	requests := maps.Clone(endsInTwoWays)
	for what, fault := range linesAtFault {
		requests[what] = fault
		requests[what+", behind a sound one"] = sound + fault
	}
	folder := t.TempDir()
	pool := certify(t, folder)
	secure := []string{"--tls-cert=" + filepath.Join(folder, "cert.pem"), "--tls-key=" + filepath.Join(folder, "key.pem")}
	for _, command := range []string{"serve", "server"} {
		for _, flags := range [][]string{nil, secure} {
			s := open(t, append([]string{command}, flags...)...)
			s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
			for what, request := range requests {
				statuses := s.raw(request)
				if strings.HasPrefix(request, sound) && len(statuses) > 0 && statuses[0] == 200 {
					statuses = statuses[1:]
				}
				for _, status := range statuses {
					if status < 400 || status == 401 || status == 500 { // 401: what was hidden in it was taken for a request
						t.Errorf("%s %v, %s: answered with %v", command, flags, what, statuses)
					}
				}
			}
			if statuses := s.raw(sound + chunked + "28\r\n" + ada + "\r\n0\r\n\r\n"); !slices.Equal(statuses, []int{200, 200}) {
				t.Errorf("%s %v, without a fault: answered with %v", command, flags, statuses)
			}
			if a := s.sessionMe(); a.status != 401 {
				t.Errorf("%s %v afterwards: %d", command, flags, a.status)
			}
		}
	}
}

// postLogin begins a request, and hidden is one in what follows its end.
const (
	postLogin = "POST /api/session/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
	hidden    = "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
)

// endsInTwoWays are requests that readers may take to end at different places, or that say too
// little.
var endsInTwoWays = map[string]string{
	"two lengths":              postLogin + "Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + hidden,
	"lengths in a list":        postLogin + "Content-Length: 2, 60\r\n\r\n{}" + hidden,
	"length with a sign":       postLogin + "Content-Length: +2\r\n\r\n{}" + hidden,
	"negative length":          postLogin + "Content-Length: -2\r\n\r\n{}" + hidden,
	"length in hex":            postLogin + "Content-Length: 0x2\r\n\r\n{}" + hidden,
	"huge length":              postLogin + "Content-Length: 99999999999999999999\r\n\r\n{}" + hidden,
	"two encodings":            postLogin + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden,
	"encodings in a list":      postLogin + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + hidden,
	"chunks and a length":      postLogin + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
	"unknown encoding":         postLogin + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
	"blank behind a length":    postLogin + "Content-Length : 2\r\n\r\n{}" + hidden,
	"folded line":              "GET /api/session/me HTTP/1.1\r\n Host: localhost\r\n\r\n",
	"folded length":            postLogin + "X: y\r\n Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + hidden,
	"carriage return in value": "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nX: a\rb: c\r\n\r\n",
	"NUL in a header":          "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
	"two hosts":                "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
	"no host":                  "GET /api/session/me HTTP/1.1\r\n\r\n",
	"no version":               "GET /api/session/me\r\n\r\n",
	"unknown version":          "GET /api/session/me HTTP/3.0\r\nHost: localhost\r\n\r\n",
	"chunk size with a sign":   postLogin + "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n" + hidden,
	"chunk size in letters":    postLogin + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + hidden,
	"huge chunk size":          postLogin + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n" + hidden,
	"chunk longer than stated": postLogin + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n" + hidden,
	"chunk ended by LF alone":  postLogin + "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n" + hidden,
}

const sound = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

// linesAtFault have lines that do not end, or do not begin, as RFC 9112 sections 2.2, 5.1
// and 5.2 ask, and lengths that disagree. Each would be answered with 200 or 401 if it were read.
var linesAtFault = map[string]string{
	"LF after the request line":   "GET /api/session/me HTTP/1.1\nHost: localhost\r\nConnection: close\r\n\r\n",
	"LF after a field":            "GET /api/session/me HTTP/1.1\r\nHost: localhost\nConnection: close\r\n\r\n",
	"LF after the header":         "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\n",
	"LF everywhere":               "GET /api/session/me HTTP/1.1\nHost: localhost\nConnection: close\n\n",
	"LF before":                   "\nGET /api/session/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
	"LF after a chunk's size":     chunked + "28\n" + ada + "\r\n0\r\n\r\n",
	"LF after a chunk":            chunked + "28\r\n" + ada + "\n0\r\n\r\n",
	"LF after the last chunk":     chunked + "28\r\n" + ada + "\r\n0\n\r\n",
	"LF after the chunks":         chunked + "28\r\n" + ada + "\r\n0\r\n\n",
	"LF after a trailer":          chunked + "28\r\n" + ada + "\r\n0\r\nX: y\n\r\n",
	"folded by a blank":           "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nX: y\r\n z\r\nConnection: close\r\n\r\n",
	"folded by a tab":             "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nX: y\r\n\tz: a\r\nConnection: close\r\n\r\n",
	"folded trailer":              chunked + "28\r\n" + ada + "\r\n0\r\nX: y\r\n z: a\r\n\r\n",
	"CR in the request line":      "GET /api/session/me\r HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
	"CR before the end of a line": "GET /api/session/me HTTP/1.1\r\r\nHost: localhost\r\nConnection: close\r\n\r\n",
	"CR instead of an end":        "GET /api/session/me HTTP/1.1\r\nHost: localhost\rConnection: close\r\n\r\n",
	"NUL in the request line":     "GET /api/session/me\x00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
	"NUL in a name":               "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nX\x00: y\r\nConnection: close\r\n\r\n",
	"blank before the colon":      "GET /api/session/me HTTP/1.1\r\nHost : localhost\r\nConnection: close\r\n\r\n",
	"tab before the colon":        "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nX\t: y\r\nConnection: close\r\n\r\n",
	"empty lines before":          "\r\n\r\nGET /api/session/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
	"a length twice":              "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
	"chunks in HTTP/1.0":          "GET /api/session/me HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"chunks with a length":        "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"length with a trailing list": "GET /api/session/me HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0,\r\nConnection: close\r\n\r\n",
}

const chunked = "POST /api/session/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

// raw sends bytes as they are, and returns the status of each answer until the
// other side closes.
func (s *visit) raw(request string) (statuses []int) {
	s.t.Helper()
	scheme, address, _ := strings.Cut(s.URL, "://")
	connection, err := net.Dial("tcp", address)
	if err == nil && scheme == "https" {
		connection = tls.Client(connection, &tls.Config{InsecureSkipVerify: true})
	}
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

package framing

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// get is what a browser sends.
const get = "GET /api/session/me HTTP/1.1\r\nHost: localhost:8080\r\nConnection: keep-alive\r\n" +
	"sec-ch-ua: \"Chromium\";v=\"142\", \"Not=A?Brand\";v=\"24\"\r\nsec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: \"Linux\"\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\n" +
	"Accept: application/json\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n" +
	"Referer: http://localhost:8080/\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9\r\n" +
	"Cookie: seat=MFRGGZDFMZTWQ2LKNNWG23TPOAFRGGZDFMZTWQ2LKNNWG23TPO; session=pZ3kQa0m1n2b3v4c5x6z7l8k9j0h1g2f3d4s5a6p7o8\r\n\r\n"

const post = "POST / HTTP/1.1\r\nHost: localhost\r\n"

var sound = map[string]string{
	"get":                 get,
	"two":                 get + get,
	"length":              post + "Content-Length: 3\r\n\r\na\nb" + get,
	"length in any case":  post + "CONTENT-length:\t3 \r\n\r\nabc" + get,
	"no length":           post + "\r\n" + get,
	"length of zero":      post + "Content-Length: 0\r\n\r\n" + get,
	"chunks":              post + "Transfer-Encoding: chunked\r\n\r\n3\r\na\nb\r\n0\r\n\r\n" + get,
	"chunks in any case":  post + "transfer-encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n" + get,
	"extension, trailer":  post + "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\nX: y\r\n\r\n" + get,
	"old":                 "POST / HTTP/1.0\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx",
	"empty line between":  post + "Content-Length: 1\r\n\r\nx\r\n" + get,
	"empty field":         "GET / HTTP/1.1\r\nHost: localhost\r\nX:\r\n\r\n",
	"colons":              "GET / HTTP/1.1\r\nHost: localhost\r\nX: : a:b :\r\n\r\n",
	"coding that is none": post + "Transfer-Encoding: xchunked\r\n\r\n",
}

var faults = map[string]string{
	"LF after the request line":  "GET / HTTP/1.1\nHost: localhost\r\n\r\n",
	"LF after a field":           "GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
	"LF after the header":        "GET / HTTP/1.1\r\nHost: localhost\r\n\n",
	"LF before":                  "\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"LF after a chunk's size":    post + "Transfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n",
	"LF after a chunk":           post + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\n0\r\n\r\n",
	"LF after the last chunk":    post + "Transfer-Encoding: chunked\r\n\r\n0\n\r\n",
	"LF after a trailer":         post + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\r\n",
	"LF after the chunks":        post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\n",
	"folded by a blank":          "GET / HTTP/1.1\r\nHost: localhost\r\nX: y\r\n z\r\n\r\n",
	"folded by a tab":            "GET / HTTP/1.1\r\nHost: localhost\r\nX: y\r\n\tz: a\r\n\r\n",
	"folded at the first":        "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n",
	"folded trailer":             post + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n z: a\r\n\r\n",
	"CR in a field":              "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n",
	"CR in the request line":     "GET /\r HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"CR twice":                   "GET / HTTP/1.1\r\r\nHost: localhost\r\n\r\n",
	"CR in a chunk's size":       post + "Transfer-Encoding: chunked\r\n\r\n2\r;a\r\nab\r\n0\r\n\r\n",
	"blank before the colon":     "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
	"tab before the colon":       post + "Content-Length\t: 2\r\n\r\nab",
	"no colon":                   "GET / HTTP/1.1\r\nHost\r\n\r\n",
	"no name":                    "GET / HTTP/1.1\r\n: localhost\r\n\r\n",
	"two lengths":                post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
	"a length twice":             post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab",
	"lengths in a list":          post + "Content-Length: 2, 2\r\n\r\nab",
	"signed length":              post + "Content-Length: +2\r\n\r\nab",
	"negative length":            post + "Content-Length: -2\r\n\r\nab",
	"no digits":                  post + "Content-Length:\r\n\r\nab",
	"length in hex":              post + "Content-Length: 0x2\r\n\r\nab",
	"huge length":                post + "Content-Length: 9223372036854775808\r\n\r\nab",
	"chunks and a length":        post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"two codings":                post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"chunks in HTTP/1.0":         "POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"signed chunk":               post + "Transfer-Encoding: chunked\r\n\r\n+2\r\nab\r\n0\r\n\r\n",
	"chunk in letters":           post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
	"chunk with 0x":              post + "Transfer-Encoding: chunked\r\n\r\n0x2\r\nab\r\n0\r\n\r\n",
	"blank after a chunk's size": post + "Transfer-Encoding: chunked\r\n\r\n2 \r\nab\r\n0\r\n\r\n",
	"huge chunk":                 post + "Transfer-Encoding: chunked\r\n\r\n8000000000000000\r\nab",
	"long chunk":                 post + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
	"length in a trailer":        post + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 2\r\n\r\n",
	"after an unknown coding":    post + "Transfer-Encoding: gzip\r\n\r\nab\r\n",
}

// X4: whatever pieces it comes in, what can be read in two ways is a fault, before a
// request or after one, and nothing else is.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, text := range sound {
		for _, size := range []int{1, 2, 7, 64, 4096} {
			if _, err := inPieces(text, size); err != nil {
				t.Errorf("%s, in pieces of %d: %v", name, size, err)
			}
		}
	}
	for name, text := range faults {
		for _, before := range []string{"", get, post + "Content-Length: 3\r\n\r\nabc"} {
			for _, size := range []int{1, 2, 7, 64, 4096} {
				taken, err := inPieces(before+text, size)
				if !errors.Is(err, ErrFault) || taken < len(before) || taken >= len(before+text) {
					t.Errorf("%s, behind %d bytes, in pieces of %d: %d bytes are taken, %v", name, len(before), size, taken, err)
				}
			}
		}
	}
}

func inPieces(text string, size int) (taken int, err error) {
	s := &scanner{}
	for from := 0; from < len(text) && err == nil; from += size {
		var n int
		n, err = s.scan([]byte(text[from:min(from+size, len(text))]))
		taken += n
	}
	return taken, err
}

// A line that does not end takes no more memory than there is for one.
func TestEndlessLine(t *testing.T) {
	t.Parallel()
	taken, err := inPieces("GET /"+strings.Repeat("x", 10*maxLine), 4096)
	if !errors.Is(err, ErrFault) || taken > maxLine {
		t.Errorf("%d bytes are taken, %v", taken, err)
	}
}

// watched gives net/http one byte at a time, and counts the requests that the scanner
// has seen the end of.
type watched struct {
	text    []byte
	scanner scanner
	ended   int
}

func (w *watched) Read(p []byte) (int, error) {
	if len(w.text) == 0 {
		return 0, io.EOF
	}
	before := w.scanner.part
	if _, err := w.scanner.scan(w.text[:1]); err != nil {
		return 0, err
	}
	if w.scanner.part == requestLine && before != requestLine {
		w.ended++
	}
	p[0], w.text = w.text[0], w.text[1:]
	return 1, nil
}

// X4: of what has no fault, net/http finds the end of each request where it is found here.
func FuzzAgreesWithNetHTTP(f *testing.F) {
	for _, some := range []map[string]string{sound, faults} {
		for _, text := range some {
			f.Add([]byte(text))
			f.Add([]byte(post + "Content-Length: 1\r\n\r\nx" + text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		w := &watched{text: bytes.Clone(text)}
		reader := bufio.NewReader(w)
		for read := 0; ; read++ {
			r, err := http.ReadRequest(reader)
			if err != nil {
				return
			}
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				return
			}
			if w.ended != read+1 || w.scanner.part != requestLine || len(w.scanner.line) > 0 || reader.Buffered() > 0 {
				t.Fatalf("net/http has read %d requests, here %d have ended; then comes part %d of the next, %q", read+1, w.ended, w.scanner.part, w.scanner.line)
			}
		}
	})
}

// What looking at a request of a browser costs, as it comes in one piece.
func BenchmarkScan(b *testing.B) {
	request := []byte(get)
	b.SetBytes(int64(len(request)))
	b.ReportAllocs()
	s := &scanner{}
	for b.Loop() {
		if _, err := s.scan(request); err != nil {
			b.Fatal(err)
		}
	}
}

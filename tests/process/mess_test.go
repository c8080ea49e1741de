package process

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// messing is for how long requests are made up.
var messing = flag.Duration("mess", time.Second, "how long to send requests that no client would send")

// mess makes up requests that hardly a client would send.
type mess struct{ *rand.Rand }

func (m mess) one(of ...string) string { return of[m.IntN(len(of))] }

// bytes are some of any kind, but mostly those that net/http looks at.
func (m mess) bytes(most int) string {
	const usual = " \t%/:;,@#?*<>[]\"\\'~\x7f\x00\r\n\xff\xc3aZ09-._"
	text := make([]byte, m.IntN(most+1))
	for i := range text {
		text[i] = usual[m.IntN(len(usual))]
		if m.IntN(4) == 0 {
			text[i] = byte(m.IntN(256))
		}
	}
	return string(text)
}

func (m mess) host() string {
	switch m.IntN(24) {
	case 0:
		return m.bytes(12)
	case 1:
		return "[::1%25" + m.bytes(4) + "]"
	case 2:
		return "localhost:" + m.one("", "0", "80", "65536", "-1", "+1", "x", m.bytes(3))
	case 3:
		return m.bytes(3) + ".localhost"
	case 4:
		return m.one("", "::1", "[::1]", "[]", "127.0.0.1", "[127.0.0.1]", "evil.example", "localhost.", "%6cocalhost", "localhost%00")
	}
	return "localhost"
}

func (m mess) target() string {
	path := m.one("/api/session/me", "/api/token/me", "/session/login", "/.well-known/jwks.json", "/signup", "/api/account/password", "/servers", "/", "/static/x")
	switch m.IntN(16) {
	case 0:
		return m.one("*", "//", "//localhost", "http:", "http://", "mailto:x", "?", "#", "..", "localhost:80", m.bytes(20))
	case 1:
		return m.one("http", "https", "ftp", "x", "") + "://" + m.one("", "a:b@", m.bytes(3)+"@") + m.host() + path
	case 2:
		return m.one("/", "/x/..", "/.", "//x/../..") + path
	case 3:
		return path + m.one("/", "//", "/..", "/.", "?", "#", ";x", "%", "%zz", "%2f", "%00", "?a=%zz&;")
	case 4:
		return path + "/" + strings.Repeat(m.one("\xff", "%41", "a", "/", "é"), m.IntN(14_000))
	case 5:
		return path + "?" + m.bytes(30)
	}
	return path
}

func (m mess) header() string {
	switch m.IntN(30) {
	case 0:
		return m.bytes(10) + ":" + m.bytes(20)
	case 1:
		return "Expect: " + m.one("100-continue", "wonders", "", "100-Continue, x")
	case 2:
		return "Connection: " + m.one("close", "keep-alive", "Upgrade", "Two-Doors-Forwarded", "Host, Cookie", m.bytes(8))
	case 3:
		return m.one("Upgrade: h2c", "HTTP2-Settings: x", "Te: trailers", "Trailer: Host", "Keep-Alive: 1", "Proxy-Connection: close", "Pragma: no-cache", "Range: bytes=0-1,5-")
	case 4:
		return m.one("Two-Doors-Forwarded", "Two-Doors-Trace", "Two-Doors-Sessions", "X-Forwarded-For", "Forwarded", "Seat", "Trace-Id", "Origin") + ": " + m.bytes(12)
	case 5:
		return m.one("Cookie: ", "cookie:") + m.one("sticky=1", "sticky=2", "sticky=9", "sticky=-1", "sticky=1; sticky=2", "sticky=\"2\"", strings.Repeat("a=b; ", m.IntN(4000)), m.bytes(12))
	case 6:
		return "X:" + strings.Repeat("x", m.IntN(20_000))
	case 7:
		return strings.Repeat("a:\n", m.IntN(4000)) + "a: b"
	case 8:
		return "Host: " + m.host()
	case 9:
		return m.one("Authorization: Bearer ", "Accept: ", "Accept-Encoding: ", "If-None-Match: ", "Content-Type: ") + m.one("a", "Bearer x", "text/html", "gzip", "*/*", m.bytes(8))
	}
	return "X-" + m.one("A", "B", "B", "_") + ":" + m.one("", " ", "\t", "\xff", "\"", m.bytes(4))
}

// request is one request, whole or not, and whose end may be read in two ways.
func (m mess) request() string {
	method := m.one("GET", "GET", "GET", "HEAD", "POST", "PATCH", "OPTIONS", "CONNECT", "TRACE", "PRI", "GET", "GET", "get", "G-E_T!", m.bytes(5))
	version := m.one("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", m.bytes(6))
	end := m.one("\r\n", "\r\n", "\r\n", "\n")
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s %s%s", method, m.target(), version, end)
	if m.IntN(12) > 0 {
		text.WriteString("Host: " + m.host() + end)
	}
	text.WriteString("Connection: close" + end)
	for range m.IntN(5) {
		text.WriteString(m.header() + end)
	}
	body := ""
	switch m.IntN(6) {
	case 0:
		body = m.bytes(50)
		fmt.Fprintf(&text, "Content-Length: %d%s", len(body), end)
	case 1:
		body = m.one("0\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n", "zz\r\n", "2\r\n{}\r\n0\r\nHost: x\r\n\r\n")
		text.WriteString(m.one("Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "transfer-encoding:chunked") + end)
	}
	return text.String() + end + body
}

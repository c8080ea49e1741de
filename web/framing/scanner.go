package framing

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// ErrFault says that a request's lines or its end can be read in two ways.
var ErrFault = errors.New("a request with an ambiguous line or length")

// part is what of a request comes next.
type part uint8

const (
	requestLine part = iota
	headerLine
	body      // as many bytes as its length says
	chunkLine // the size of a chunk
	chunk
	chunkEnd
	trailerLine
	nothing // that could be told apart any more: net/http refuses the request, and ends the connection
)

// next is what follows a part that has come whole.
func (p part) next() part {
	if p == chunk {
		return chunkEnd
	}
	return requestLine
}

// maxLine bounds a line that comes in pieces. Nobody gets so far: net/http bounds all
// lines of a request together.
const maxLine = 256 << 10

// scanner follows the requests of one connection, and where each of them ends.
type scanner struct {
	part   part
	left   int64  // bytes of the body, or of the chunk
	line   []byte // of a line that has come in part
	length int64  // as the header says; -1 while it does not
	coding bool   // there is a Transfer-Encoding
	chunks bool   // and it is "chunked"
	old    bool   // the request is one of HTTP/1.0
}

// scan takes the next bytes of the connection, and returns how many of them are without
// a fault. What completes a request with a fault is not among them.
func (s *scanner) scan(p []byte) (sound int, err error) {
	for at := 0; at < len(p); {
		if s.part == body || s.part == chunk {
			n := min(s.left, int64(len(p)-at))
			s.left -= n
			at += int(n)
			if s.left == 0 {
				s.part = s.part.next()
			}
			continue
		}
		end := bytes.IndexByte(p[at:], '\n')
		if end < 0 {
			if len(s.line)+len(p)-at > maxLine {
				return at, ErrFault
			}
			s.line = append(s.line, p[at:]...)
			return len(p), nil
		}
		line := p[at : at+end+1]
		if len(s.line) > 0 {
			s.line = append(s.line, line...)
			line = s.line
		}
		if !s.take(line) {
			return at, ErrFault
		}
		s.line = s.line[:0]
		at += end + 1
	}
	return len(p), nil
}

// take takes a line with its end, and reports whether it is sound.
func (s *scanner) take(line []byte) bool {
	end := len(line) - len("\r\n")
	if bytes.IndexByte(line, '\r') != end || end < 0 || s.part == nothing { // RFC 9112 section 2.2
		return false
	}
	text := line[:end]
	switch s.part {
	case requestLine:
		return s.takeRequestLine(text)
	case headerLine:
		if len(text) == 0 {
			return s.endHeader()
		}
		return s.takeField(text)
	case chunkLine:
		return s.takeChunkSize(text)
	case chunkEnd:
		s.part = chunkLine
		return len(text) == 0
	default: // a trailer
		if len(text) == 0 {
			s.part = requestLine
			return true
		}
		name := fieldName(text)
		return name != nil && !framing(name)
	}
}

// takeRequestLine leaves it to net/http what to do with an empty line before it.
func (s *scanner) takeRequestLine(text []byte) bool {
	if len(text) == 0 {
		return true
	}
	*s = scanner{part: headerLine, line: s.line, length: -1, old: !bytes.HasSuffix(text, []byte(" HTTP/1.1"))}
	return true
}

// takeField takes a line of the header.
func (s *scanner) takeField(text []byte) bool {
	name := fieldName(text)
	if name == nil {
		return false
	}
	if !framing(name) {
		return true
	}
	value := strings.Trim(string(text[len(name)+1:]), " \t")
	if len(name) == len("Content-Length") {
		length, err := strconv.ParseUint(value, 10, 63)
		if err != nil || s.length >= 0 {
			return false
		}
		s.length = int64(length)
		return true
	}
	repeated := s.coding
	s.coding, s.chunks = true, strings.EqualFold(value, "chunked")
	return !repeated
}

// endHeader finds out what follows the header.
func (s *scanner) endHeader() bool {
	switch {
	case s.coding && (s.length >= 0 || s.old): // RFC 9112 section 6.1
		return false
	case s.coding && !s.chunks:
		s.part = nothing // it is answered with 501
	case s.coding:
		s.part = chunkLine
	case s.length > 0:
		s.part, s.left = body, s.length
	default:
		s.part = requestLine
	}
	return true
}

func (s *scanner) takeChunkSize(text []byte) bool {
	digits, _, _ := strings.Cut(string(text), ";")
	size, err := strconv.ParseUint(digits, 16, 63)
	if err != nil || len(digits) > 16 {
		return false
	}
	s.part, s.left = chunk, int64(size)
	if size == 0 {
		s.part = trailerLine
	}
	return true
}

// fieldName is the name of a field, nil when the line is no field: it continues the one
// before (RFC 9112 section 5.2), or has a blank before its colon (section 5.1).
func fieldName(text []byte) []byte {
	colon := bytes.IndexByte(text, ':')
	if colon <= 0 || isBlank(text[0]) || isBlank(text[colon-1]) {
		return nil
	}
	return text[:colon]
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// framing reports whether a field says where a body ends.
func framing(name []byte) bool {
	switch len(name) {
	case len("Content-Length"):
		return bytes.EqualFold(name, []byte("Content-Length"))
	case len("Transfer-Encoding"):
		return bytes.EqualFold(name, []byte("Transfer-Encoding"))
	}
	return false
}

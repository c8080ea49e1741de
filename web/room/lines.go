package room

import (
	"bytes"
	"io"
)

// maxLine bounds what is kept of a line that does not end.
const maxLine = 64 << 10

// lines hands on whole lines only, so that those of several processes do not run into one
// another. What comes in one piece stays in one.
type lines struct {
	to   io.Writer
	part []byte // of the last line, which has not ended
}

func (l *lines) Write(p []byte) (int, error) {
	whole := bytes.LastIndexByte(p, '\n') + 1
	if whole > 0 {
		l.to.Write(append(l.part, p[:whole]...))
		l.part = l.part[:0]
	}
	l.part = append(l.part, p[whole:]...)
	if len(l.part) > maxLine {
		l.end()
	}
	return len(p), nil
}

// end hands on what is left, as a line.
func (l *lines) end() {
	if len(l.part) > 0 {
		l.to.Write(append(l.part, '\n'))
		l.part = l.part[:0]
	}
}

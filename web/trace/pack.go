package trace

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// packVersion is the first field of a packed trace. While a site is upgraded, servers of two versions share what they
// keep, and none reads what it does not understand.
const packVersion = "1"

// errPacked is for what is not a packed trace.
var errPacked = errors.New("a packed trace that cannot be read")

// Pack writes a finished trace as one line of text, as Report does: first what a front would know of the request, and
// then the report of the server.
func (t *Trace) Pack() string {
	line := make(report, 0, 256)
	line.text(packVersion)
	line.text(t.ID)
	line.number(t.At.UnixNano())
	line.text(t.Method)
	line.text(t.Path)
	line.text(t.Room)
	line.text(t.Door)
	line.text(string(t.Outcome))
	line.number(int64(t.Status))
	line.text(t.Client)
	line.flag(t.ByTab)
	line.text(t.Parent)
	line.flag(t.Quiet())
	line.number(int64(t.RequestBytes))
	line.number(int64(t.ResponseBytes))
	line.number(t.Nanoseconds)
	return strings.ToValidUTF8(string(line)+t.Report(), "?") // visitors send any bytes, and a database takes only text
}

// Unpack reads what Pack wrote. The number is that of the trace among those that are kept with it.
func Unpack(text string, number int64) (*Trace, error) {
	rest := fields{text: text, more: true}
	if version := rest.next(); version != packVersion {
		return nil, fmt.Errorf("a packed trace of version %.8q, and this program reads %s", version, packVersion)
	}
	t := &Trace{ID: rest.next(), At: time.Unix(0, rest.number()).UTC(), Method: rest.next(), Path: rest.next(), Room: rest.next(), Door: rest.next()}
	t.Outcome, t.Status = Outcome(rest.next()), int(rest.number())
	t.Client, t.ByTab, t.Parent, t.unlisted = rest.next(), rest.flag(), rest.next(), rest.flag()
	t.RequestBytes, t.ResponseBytes, t.Nanoseconds = int(rest.number()), int(rest.number()), rest.number()
	if rest.broken || !rest.more {
		return nil, errPacked
	}
	t.number = number
	return t, t.Take(rest.text)
}

// flag writes a yes or no.
func (r *report) flag(yes bool) {
	if yes {
		r.number(1)
	} else {
		r.number(0)
	}
}

func (f *fields) flag() bool { return f.number() != 0 }

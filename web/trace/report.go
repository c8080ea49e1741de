package trace

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// reportVersion is the first field of a report. Front and servers are of one program
// nearly always; where they are not, the front says so instead of reading what it does
// not understand.
const reportVersion = "2"

// Report is what a server recorded, as it tells its front with each answer: one line of
// text, its fields with tabs between. The version comes first, then where and who, the
// credential, and then each step: its name, why it refused, where it looked, how long
// it took, at which line, how many facts it has, and these as name, kind and value:
//
//	2	1	4711	3	ada		cookie	session	pZ3kQa…	43	session.find		memory of server 1	2100	web/session/authorize.go:48	0	…
//
// Text that can be cut into its parts where it lies costs a twentieth of JSON, at
// each request, on both sides.
func (t *Trace) Report() string {
	line := make(report, 0, 1024)
	line.text(reportVersion)
	line.number(int64(t.Server))
	line.number(int64(t.PID))
	line.number(int64(t.Start))
	line.text(t.User)
	line.text(string(t.Reason))
	var c Credential
	if t.Credential != nil {
		c = *t.Credential
	}
	line.text(c.Kind)
	line.text(c.Name)
	line.text(c.Shown)
	line.number(int64(c.Bytes))
	for i := range t.Steps {
		line.step(&t.Steps[i])
	}
	return string(line[:len(line)-1])
}

func (r *report) step(s *Step) {
	r.text(string(s.Name))
	r.text(string(s.Why))
	r.text(s.Where)
	r.number(s.Nanoseconds)
	r.text(s.Source)
	r.number(int64(len(s.Facts)))
	for _, f := range s.Facts {
		r.text(f.Name)
		*r = append(*r, byte(f.kind))
		if f.kind == aText {
			r.text(f.text)
		} else {
			r.number(f.n)
		}
	}
}

// Take adds what a server reported of the same request behind what stands here.
// Its strings stay parts of the report.
func (t *Trace) Take(text string) error {
	rest := fields{text: text, more: true}
	if version := rest.next(); version != reportVersion {
		return fmt.Errorf("a report of version %.8q, and this program reads %s", version, reportVersion)
	}
	t.Server, t.PID, t.Start = int(rest.number()), int(rest.number()), int(rest.number())
	t.User, t.Reason = rest.next(), Name(rest.next())
	t.presented = Credential{Kind: rest.next(), Name: rest.next(), Shown: rest.next(), Bytes: int(rest.number())}
	if t.presented.Kind != "" {
		t.Credential = &t.presented
	}
	for rest.more && !rest.broken && len(t.Steps) < maxSteps {
		t.Steps = append(t.Steps, t.takeStep(&rest))
	}
	if rest.broken {
		return errors.New("a report that cannot be read")
	}
	return nil
}

func (t *Trace) takeStep(rest *fields) Step {
	s := Step{Name: Name(rest.next()), Why: Why(rest.next()), Where: rest.next(), Nanoseconds: rest.number(), Source: rest.next()}
	s.OK = s.Why == ""
	from := len(t.facts)
	for range min(rest.number(), maxFacts) {
		t.facts = append(t.facts, rest.fact())
	}
	s.Facts = Facts(t.facts[from:len(t.facts):len(t.facts)])
	return s
}

// report is a line that is being written, a tab behind each field.
type report []byte

func (r *report) number(n int64) { *r = append(strconv.AppendInt(*r, n, 10), '\t') }

// text writes what a visitor may have sent: no control character leaves its field,
// or the header that carries the line.
func (r *report) text(s string) {
	from := len(*r)
	*r = append(*r, s...)
	for i, c := range (*r)[from:] {
		if c < ' ' || c == 0x7f {
			(*r)[from+i] = '?'
		}
	}
	*r = append(*r, '\t')
}

// fields is what of a report is still to be read.
type fields struct {
	text         string
	more, broken bool
}

func (f *fields) next() (field string) {
	f.broken = f.broken || !f.more
	field, f.text, f.more = strings.Cut(f.text, "\t")
	return field
}

func (f *fields) fact() Fact {
	name, value := f.next(), f.next()
	if value == "" {
		f.broken = true
		return Fact{}
	}
	fact := Fact{Name: name, kind: kind(value[0])}
	switch fact.kind {
	case aText:
		fact.text = value[1:]
	case aNumber, aDuration:
		fact.n = f.parse(value[1:])
	default:
		f.broken = true
	}
	return fact
}

func (f *fields) number() int64 { return f.parse(f.next()) }

func (f *fields) parse(digits string) int64 {
	n, err := strconv.ParseInt(digits, 10, 64)
	f.broken = f.broken || err != nil
	return n
}

package trace

import (
	"errors"
	"strconv"
	"strings"
)

// Report is what a server recorded, as it tells its front with each answer: one
// line of text, its fields with tabs between. Where and who come first, then the
// credential, then five fields a step:
//
//	1	4711	3	ada		cookie	session	pZ3kQa…	43	cookie.read	ok	2100	43 bytes	web/session/authorize.go:48	…
//
// Text that can be cut into its parts where it lies costs a twentieth of JSON, at
// each request, on both sides.
func (t *Trace) Report() string {
	line := make(report, 0, 1024)
	line.number(int64(t.Server))
	line.number(int64(t.PID))
	line.number(int64(t.Start))
	line.text(t.User)
	line.text(t.Reason.String())
	var c Credential
	if t.Credential != nil {
		c = *t.Credential
	}
	line.text(c.Kind)
	line.text(c.Name)
	line.text(c.Shown)
	line.number(int64(c.Bytes))
	for _, step := range t.Steps {
		line.text(step.Name.String())
		line.text(ending(step.OK))
		line.number(step.Nanoseconds)
		line.text(step.Saw)
		line.text(step.Source)
	}
	return string(line[:len(line)-1])
}

// Take adds what a server reported of the same request behind what stands here.
// Its strings stay parts of the report.
func (t *Trace) Take(text string) error {
	rest := fields{text: text, more: true}
	t.Server, t.PID, t.Start = int(rest.number()), int(rest.number()), int(rest.number())
	t.User, t.Reason = rest.next(), rest.name()
	t.presented = Credential{Kind: rest.next(), Name: rest.next(), Shown: rest.next(), Bytes: int(rest.number())}
	if t.presented.Kind != "" {
		t.Credential = &t.presented
	}
	for rest.more && len(t.Steps) < maxSteps {
		t.Steps = append(t.Steps, Step{
			Name: rest.name(), OK: rest.next() == ending(true),
			Nanoseconds: rest.number(), Saw: rest.next(), Source: rest.next(),
		})
	}
	if rest.broken {
		return errors.New("a report that cannot be read")
	}
	return nil
}

func ending(ok bool) string {
	if ok {
		return "ok"
	}
	return "refused"
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

func (f *fields) name() Name {
	name, known := byText[f.next()]
	f.broken = f.broken || !known
	return name
}

func (f *fields) number() int64 {
	n, err := strconv.ParseInt(f.next(), 10, 64)
	f.broken = f.broken || err != nil
	return n
}

package trace

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Fact is a named value that a step saw: how old a session was, which key was selected.
// What it means in words is said by package tell.
type Fact struct {
	Name string
	kind kind
	text string
	n    int64 // a number, nanoseconds of a duration
}

type kind byte

const (
	aText     kind = 't'
	aNumber   kind = 'n'
	aDuration kind = 'd'
)

// maxFact is how many bytes of a text are kept: visitors send names and key ids of any
// length.
const maxFact = 64

// Text is a fact in letters. What is longer than 64 bytes is cut.
func Text(name, value string) Fact {
	if len(value) > maxFact {
		value = strings.Clone(cut(value, maxFact-len("…"))) // not to keep what it is a part of
	}
	return Fact{Name: name, kind: aText, text: value}
}

// Number is a fact that counts something.
func Number[N int | int64](name string, n N) Fact {
	return Fact{Name: name, kind: aNumber, n: int64(n)}
}

// Duration is a fact that measures time.
func Duration(name string, d time.Duration) Fact {
	return Fact{Name: name, kind: aDuration, n: int64(d)}
}

// String is the value as text: "admin", "43", "41s".
func (f Fact) String() string {
	switch f.kind {
	case aNumber:
		return strconv.FormatInt(f.n, 10)
	case aDuration:
		return short(time.Duration(f.n))
	}
	return f.text
}

// Int is the value of a number.
func (f Fact) Int() int64 { return f.n }

// Duration is the value of a duration.
func (f Fact) Duration() time.Duration { return time.Duration(f.n) }

// short writes a duration with no more digits than people read: "41s", "12h".
func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	case d < time.Minute:
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	case d%time.Hour == 0:
		return strconv.FormatInt(int64(d/time.Hour), 10) + "h"
	case d%time.Minute == 0:
		return strconv.FormatInt(int64(d/time.Minute), 10) + "m"
	}
	return d.Truncate(time.Second).String()
}

// Facts are what one step saw, each name once.
type Facts []Fact

// Get returns the fact of a name, the zero Fact when there is none.
func (facts Facts) Get(name string) Fact {
	for _, f := range facts {
		if f.Name == name {
			return f
		}
	}
	return Fact{}
}

// inNanoseconds ends the name of a duration in JSON, where it is a number.
const inNanoseconds = "_ns"

// MarshalJSONTo writes an object: {"role":"admin","bytes":43,"age_ns":41000000000}.
func (facts Facts) MarshalJSONTo(out *jsontext.Encoder) error {
	if err := out.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, f := range facts {
		name, value := f.Name, jsontext.Int(f.n)
		switch f.kind {
		case aText:
			value = jsontext.String(f.text)
		case aDuration:
			name += inNanoseconds
		}
		if err := errors.Join(out.WriteToken(jsontext.String(name)), out.WriteToken(value)); err != nil {
			return err
		}
	}
	return out.WriteToken(jsontext.EndObject)
}

// UnmarshalJSONFrom reads what MarshalJSONTo writes.
func (facts *Facts) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	if token, err := in.ReadToken(); err != nil || token.Kind() != '{' {
		return errors.Join(err, errNoFacts)
	}
	*facts = nil
	for in.PeekKind() == '"' {
		name, err := in.ReadToken()
		if err != nil {
			return err
		}
		f := Fact{Name: name.String()}
		value, err := in.ReadToken()
		switch {
		case err != nil:
			return err
		case value.Kind() == '"':
			f = Text(f.Name, value.String())
		case value.Kind() != '0':
			return errNoFacts
		case strings.HasSuffix(f.Name, inNanoseconds):
			f = Duration(strings.TrimSuffix(f.Name, inNanoseconds), time.Duration(value.Int()))
		default:
			f = Number(f.Name, value.Int())
		}
		*facts = append(*facts, f)
	}
	_, err := in.ReadToken()
	return err
}

var errNoFacts = errors.New("facts are an object of texts and numbers")

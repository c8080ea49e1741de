package jwtinspect

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// object is a JSON object that was read from a part.
type object struct {
	ok      bool                      // it can be read
	value   jsontext.Value            // to be shown; nil when it cannot be
	names   []string                  // of its members, in order
	members map[string]jsontext.Value // the last of each name
	fault   error
	lone    bool // it escapes half a character, which readers replace
}

func (o object) has(name string) bool { _, ok := o.members[name]; return ok }

// text is a member that is text, else empty.
func (o object) text(name string) string {
	if value := o.members[name]; value.Kind() == '"' {
		unquoted, _ := jsontext.AppendUnquote(nil, value)
		return string(unquoted)
	}
	return ""
}

var (
	errNoObject = errors.New("not a JSON object")
	errTooDeep  = errors.New("JSON nested too deep")
)

// blanks are what JSON allows around a value (RFC 8259 section 2).
const blanks = " \t\r\n"

// readJSON reads the object of a part, and finds what is wrong with it.
func (i *inspection) readJSON(part, text string, raw []byte) object {
	o := readObject(raw)
	if text == "" {
		return o
	}
	if o.lone {
		i.findAt(part, 0, "surrogate", part)
	}
	broken, _ := errors.AsType[*jsontext.SyntacticError](o.fault)
	var at int64 // the byte where it breaks
	if broken != nil {
		at = broken.ByteOffset + int64(len(raw)-len(bytes.TrimLeft(raw, blanks)))
	}
	switch {
	case o.fault == nil:
	case bytes.HasPrefix(raw, []byte("\ufeff")):
		i.findAt(part, 1, "byte-order-mark", part)
	case errors.Is(o.fault, errNoObject):
		i.findAt(part, 1, "not-object", part)
	case errors.Is(o.fault, errTooDeep):
		i.findAt(part, 0, "json-depth", part, maxDepth)
	case errors.Is(o.fault, jsontext.ErrDuplicateName):
		i.findAt(part, character(at), "doubled-member", part, at)
	case broken != nil && !utf8.Valid(raw):
		i.findAt(part, character(at), "utf8", part, at)
	case broken != nil:
		i.findAt(part, min(character(at), len(text)), "not-json", part, at, min(character(at), len(text)))
	default:
		i.findAt(part, 1, "not-object", part)
	}
	return o
}

// character is which character of base64url holds the beginning of a byte.
func character(offset int64) int { return int(offset*4/3) + 1 }

// readObject reads one JSON object strictly. When it is at fault for a doubled
// name or for its text only, it is read again, to be shown. Half of a surrogate pair is no
// fault: JSON allows it to be escaped (RFC 8259 section 8.2).
func readObject(raw []byte) object {
	raw = bytes.Trim(raw, blanks)
	if len(raw) == 0 || raw[0] != '{' {
		return object{fault: errNoObject}
	}
	if err := measure(raw); err != nil {
		return object{fault: err}
	}
	o, err := collect(raw)
	if err == nil {
		o.value = jsontext.Value(raw)
		return o
	}
	if o, err := collect(raw, jsontext.AllowInvalidUTF8(true)); err == nil && utf8.Valid(raw) {
		o.lone = true
		o.value = jsontext.Value(bytes.Clone(raw))
		if o.value.Format(jsontext.AllowInvalidUTF8(true)) != nil {
			o.value = nil
		}
		return o
	}
	lenient, second := collect(raw, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if second == nil {
		lenient.fault = err
		return lenient
	}
	return object{fault: err}
}

// measure finds JSON that is nested too deep, before anything reads it.
func measure(raw []byte) error {
	in := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		if in.StackDepth() > maxDepth {
			return errTooDeep
		}
		if _, err := in.ReadToken(); err != nil || in.StackDepth() == 0 {
			return nil // whatever is wrong is found by who reads it
		}
	}
}

func collect(raw []byte, options ...jsontext.Options) (object, error) {
	o := object{members: map[string]jsontext.Value{}}
	in := jsontext.NewDecoder(bytes.NewReader(raw), options...)
	if _, err := in.ReadToken(); err != nil {
		return o, err
	}
	for in.PeekKind() != '}' {
		name, err := in.ReadToken()
		if err != nil {
			return o, err
		}
		text := name.String()
		value, err := in.ReadValue()
		if err != nil {
			return o, err
		}
		o.names = append(o.names, text)
		o.members[text] = value.Clone()
	}
	if _, err := in.ReadToken(); err != nil {
		return o, err
	}
	if _, err := in.ReadToken(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = &jsontext.SyntacticError{ByteOffset: in.InputOffset() - 1, Err: errors.New("something follows the object")}
		}
		return o, err
	}
	o.ok = true
	return o, nil
}

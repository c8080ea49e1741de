// Package httpio reads requests, within bounds, and writes answers: JSON, problems (RFC 9457) and
// pages. It knows nothing of the application.
package httpio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
)

// MaxBody is how large a body may be, in bytes.
const MaxBody = 64 << 10

// Fault is what is wrong with a request, as its sender is told.
type Fault struct {
	Status int
	Detail string        // one sentence that says what to do
	After  time.Duration // when to try again; 0 to leave that open
}

func (f *Fault) Error() string { return f.Detail }

// ReadJSON reads a body into a value. Members that are unknown, stand twice, or have
// another type, and anything behind the object, are faults.
func ReadJSON(r *http.Request, into any) error {
	object, err := ReadObject(r)
	if err != nil {
		return err
	}
	return object.Into(into)
}

// Object is a body that begins as a JSON object does.
type Object []byte

// ReadObject reads a body that may be put into more than one value.
func ReadObject(r *http.Request) (Object, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, &Fault{Status: http.StatusUnsupportedMediaType, Detail: "The body must be JSON. Send it with Content-Type: application/json."}
	}
	body, err := read(r)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) { // null would pass for an object
		return nil, errNoObject
	}
	return body, nil
}

// Into puts the object into a value. Its errors are those of ReadJSON.
func (o Object) Into(value any) error {
	err := json.Unmarshal(o, value, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok && wrong.JSONPointer != "" {
		return &Fault{Status: http.StatusBadRequest, Detail: fmt.Sprintf("The member %q of the body is unknown or has the wrong type. Remove or correct it.", short(string(wrong.JSONPointer)))}
	}
	return errNoObject
}

var errNoObject = &Fault{Status: http.StatusBadRequest, Detail: "The body must be one JSON object without repeated members. Correct it and send it again."}

// ReadForm reads a form sent as application/x-www-form-urlencoded into r.PostForm.
func ReadForm(r *http.Request) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return &Fault{Status: http.StatusUnsupportedMediaType, Detail: "The body must be a form. Use the page's own form."}
	}
	r.Body = http.MaxBytesReader(nil, r.Body, MaxBody)
	if err := r.ParseForm(); err != nil {
		return tooLargeOr(err, &Fault{Status: http.StatusBadRequest, Detail: "The form cannot be read. Use the page's own form."})
	}
	return nil
}

func read(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, MaxBody))
	if err != nil {
		return nil, tooLargeOr(err, &Fault{Status: http.StatusBadRequest, Detail: "The body ended early. Send it again."})
	}
	return body, nil
}

func tooLargeOr(err error, other *Fault) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &Fault{Status: http.StatusRequestEntityTooLarge, Detail: "The body is larger than 64 KiB. Send less."}
	}
	return other
}

func short(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}

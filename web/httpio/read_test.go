package httpio_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/web/httpio"
)

type body struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	Yes   bool   `json:"yes"`
}

// read reads a body sent with a media type, and returns the status of the fault,
// 200 for none.
func read(t testing.TB, kind, text string, into any) int {
	r := httptest.NewRequest("POST", "/", strings.NewReader(text))
	r.Header.Set("Content-Type", kind)
	err := httpio.ReadJSON(r, into)
	if err == nil {
		return 200
	}
	fault, ok := errors.AsType[*httpio.Fault](err)
	if !ok || fault.Detail == "" || len(fault.Detail) > 300 {
		t.Errorf("%q: %v", text, err)
		return 500
	}
	return fault.Status
}

// X7: one object, of known members, each once, of its type.
func TestJSON(t *testing.T) {
	t.Parallel()
	for text, status := range map[string]int{
		`{"name":"a","count":1,"yes":true}`: 200, " \r\n\t{} \n": 200, `{"name":"\u00e9\ud83d\ude00"}`: 200,
		"": 400, " ": 400, "null": 400, "true": 400, "1": 400, `"{}"`: 400, "[]": 400, "[{}]": 400, "{}{}": 400, "{} x": 400, "{},": 400, "\ufeff{}": 400, "\x00{}": 400,
		`{"name":1}`: 400, `{"name":["a"]}`: 400, `{"count":"1"}`: 400, `{"count":1.5}`: 400, `{"count":1e300}`: 400, `{"count":9223372036854775808}`: 400, `{"yes":1}`: 400,
		`{"Name":"a"}`: 400, `{"nam\u0065":"a","name":"b"}`: 400, `{"name":"a","name":"a"}`: 400, `{"other":1}`: 400, `{"":1}`: 400, `{"name":"a","x":{"y":1,"y":2}}`: 400,
		"{\"name\":\"\xff\"}": 400, "{\"name\":\"\\ud800\"}": 400, "{\"name\":\"a\nb\"}": 400, "{'name':'a'}": 400, "{name:1}": 400, `{"name":"a",}`: 400, `{"name":"a"/**/}`: 400, `{"count":01}`: 400, `{"count":NaN}`: 400,
		`{"x":` + strings.Repeat("[", 30_000): 400, `{"name":` + strings.Repeat(`{"name":`, 8_000): 400, `{"` + strings.Repeat("k", 10_000) + `":1}`: 400,
		`{"name":"` + strings.Repeat("a", httpio.MaxBody-11) + `"}`: 200, `{"name":"` + strings.Repeat("a", httpio.MaxBody-10) + `"}`: 413, strings.Repeat(" ", 1<<20) + "{}": 413,
	} {
		if got := read(t, "application/json", text, &body{}); got != status {
			t.Errorf("%.60q: %d, want %d", text, got, status)
		}
	}
}

// X7: what a browser can send without asking, a form or a text, is not JSON.
func TestMediaTypes(t *testing.T) {
	t.Parallel()
	for kind, status := range map[string]int{
		"application/json": 200, "APPLICATION/JSON": 200, "application/json; charset=utf-8": 200, `application/json;charset="UTF-8"`: 200,
		"": 415, "json": 415, "text/plain": 415, "text/json": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data; boundary=x": 415,
		"application/json, text/plain": 415, "text/plain; application/json": 415, "application/json-patch+json": 415, "application/problem+json": 415, "application/json;": 200, "application/json; =": 415,
	} {
		if got := read(t, kind, "{}", &body{}); got != status {
			t.Errorf("%q: %d, want %d", kind, got, status)
		}
	}
}

// endless is a body that never ends; it counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

// broken is a body whose connection ends early.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// X1: a large body is refused before the rest of it is read.
func TestLargeBodiesAreNotRead(t *testing.T) {
	t.Parallel()
	for kind, read := range map[string]func(e io.Reader) error{
		"json": func(e io.Reader) error {
			r := httptest.NewRequest("POST", "/", e)
			r.Header.Set("Content-Type", "application/json")
			return httpio.ReadJSON(r, &body{})
		},
		"form": func(e io.Reader) error {
			r := httptest.NewRequest("POST", "/", e)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return httpio.ReadForm(r)
		},
	} {
		e := &endless{}
		if fault, ok := errors.AsType[*httpio.Fault](read(e)); !ok || fault.Status != 413 || e.read > 2*httpio.MaxBody {
			t.Errorf("%s: %v after %d bytes", kind, fault, e.read)
		}
		if fault, ok := errors.AsType[*httpio.Fault](read(broken{})); !ok || fault.Status != 400 {
			t.Errorf("%s, broken off: %v", kind, fault)
		}
	}
}

// X1, W1: forms are forms, and the query is no part of them.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind, text string
		status     int
	}{
		{"application/x-www-form-urlencoded", "name=a%20b&x=1", 200}, {"application/x-www-form-urlencoded", "", 200},
		{"application/x-www-form-urlencoded", "name=%zz", 400}, {"application/x-www-form-urlencoded", "a;b", 400},
		{"application/x-www-form-urlencoded", strings.Repeat("a=&", 30_000), 413}, {"text/plain", "name=a", 415}, {"multipart/form-data; boundary=x", "", 415}, {"", "name=a", 415},
	} {
		r := httptest.NewRequest("POST", "/?name=query", strings.NewReader(test.text))
		r.Header.Set("Content-Type", test.kind)
		err := httpio.ReadForm(r)
		status := 200
		if fault, ok := errors.AsType[*httpio.Fault](err); ok {
			status = fault.Status
		}
		if status != test.status || r.PostForm.Get("name") == "query" {
			t.Errorf("%s %.20s: %d %v, want %d", test.kind, test.text, status, err, test.status)
		}
	}
}

// X7: whatever is taken, every reader takes for the same.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `{"name":"a","count":1}`, `{"name":"a","NAME":"b"}`, `{"count":1e2}`, "null", "{}{}", `{"name":"\ud800"}`, `{"x":[[[[]]]]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var ours, theirs body
		switch status := read(t, "application/json", text, &ours); status {
		case 200:
			if err := json.Unmarshal([]byte(text), &theirs); err != nil || ours != theirs {
				t.Errorf("%q: %+v, encoding/json: %+v, %v", text, ours, theirs, err)
			}
		case 400, 413:
		default:
			t.Errorf("%q: %d", text, status)
		}
	})
}

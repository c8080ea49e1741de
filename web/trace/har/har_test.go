package har_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/trace"
	"twodoors/web/trace/har"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 123e6, time.FixedZone("CET", 3600))

// What HAR 1.2 asks of each object: the members that must be there, and their kinds. A kind with brackets is
// a list of such objects; "number+" may not be negative, and "size" is -1 where it is not known.
var format = map[string]map[string]string{
	"archive": {"log": "log"},
	"log":     {"version": "string", "creator": "creator", "entries": "[]entry"},
	"creator": {"name": "string", "version": "string"},
	"entry": {"startedDateTime": "time", "time": "number+", "request": "request", "response": "response", "cache": "cache",
		"timings": "timings"},
	"request": {"method": "string", "url": "url", "httpVersion": "string", "cookies": "[]pair", "headers": "[]pair",
		"queryString": "[]pair", "headersSize": "size", "bodySize": "size"},
	"response": {"status": "number+", "statusText": "string", "httpVersion": "string", "cookies": "[]pair", "headers": "[]pair",
		"content": "content", "redirectURL": "string", "headersSize": "size", "bodySize": "size"},
	"pair":    {"name": "string", "value": "string"},
	"content": {"size": "number+", "mimeType": "string"},
	"timings": {"send": "number+", "wait": "number+", "receive": "number+"},
	"cache":   {},
}

// faults are where a value is not what HAR 1.2 says of its kind.
func faults(at, kind string, value any) (all []string) {
	if of, list := strings.CutPrefix(kind, "[]"); list {
		items, ok := value.([]any)
		if !ok {
			return []string{at + " is no list"}
		}
		for i, item := range items {
			all = append(all, faults(fmt.Sprint(at, "[", i, "]"), of, item)...)
		}
		return all
	}
	members, isObject := format[kind]
	if !isObject {
		return faultsOfValue(at, kind, value)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return []string{at + " is no object"}
	}
	for name, kind := range members {
		if member, there := object[name]; there {
			all = append(all, faults(at+"."+name, kind, member)...)
		} else {
			all = append(all, at+" has no "+name)
		}
	}
	for name := range object {
		if _, known := members[name]; !known && name != "comment" && !strings.HasPrefix(name, "_") {
			all = append(all, at+" has "+name+", which the format does not know")
		}
	}
	return all
}

func faultsOfValue(at, kind string, value any) []string {
	ok := false
	switch number, isNumber := value.(float64); kind {
	case "number+":
		ok = isNumber && number >= 0
	case "size":
		ok = isNumber && number >= -1
	case "string":
		_, ok = value.(string)
	case "time":
		text, _ := value.(string)
		_, err := time.Parse("2006-01-02T15:04:05.000Z07:00", text)
		ok = err == nil
	case "url":
		text, _ := value.(string)
		target, err := url.Parse(text)
		ok = err == nil && target.IsAbs() && target.Host != ""
	}
	if ok {
		return nil
	}
	return []string{fmt.Sprintf("%s is %v, no %s", at, value, kind)}
}

func written(t *testing.T, traces ...*trace.Trace) (text string, value any) {
	t.Helper()
	raw, err := json.Marshal(har.Of(traces, "http://localhost:8080", "test"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	return string(raw), value
}

func samples() []*trace.Trace {
	return []*trace.Trace{
		{ID: "D", At: noon, Method: "POST", Path: "/api/token/refresh", Door: "token", Status: 401, Outcome: trace.Denied,
			Credential: &trace.Credential{Kind: "refresh", Name: "refresh_token", Shown: "abcdef…"}, Steps: []trace.Step{}},
		{ID: "C", At: noon, Method: "GET", Path: "/x y\u202e\"<script>?a=b\n", Status: 404, Outcome: trace.Denied},
		{ID: "B", At: noon, Method: "GET", Path: "/api/token/me", Door: "token", Server: 2, Status: 200, Outcome: trace.Allowed, User: "ada", Nanoseconds: 1_234_567,
			Credential: &trace.Credential{Kind: "bearer", Name: "Authorization", Shown: "eyJhbGciOiJIUzI1NiJ9.e30.6CQATm…"},
			Steps:      []trace.Step{{Name: trace.BearerRead, OK: true, Facts: trace.Facts{trace.Number("bytes", 300)}}}},
		{ID: "A", At: noon, Method: "GET", Path: "/api/session/me", Door: "session", Room: "k3f9", Status: 599,
			Credential: &trace.Credential{Kind: "cookie", Name: "session", Shown: "pZ3kQa…"}},
	}
}

// Other programs can read it: everything that HAR 1.2 asks for is there, and nothing that it does not know.
func TestArchiveIsHAR12(t *testing.T) {
	t.Parallel()
	for _, traces := range [][]*trace.Trace{samples(), nil} {
		text, value := written(t, traces...)
		for _, fault := range faults("archive", "archive", value) {
			t.Error(fault)
		}
		if !strings.Contains(text, `"version":"1.2"`) {
			t.Error(text)
		}
	}
	if found := faults("archive", "archive", map[string]any{"log": map[string]any{"version": 1.2, "entries": []any{map[string]any{"time": -1.0}}, "more": 1}}); len(found) < 9 {
		t.Errorf("a wrong archive has these faults only: %q", found)
	}
}

// It begins with the oldest, tells what the traces hold, and of credentials what is shown.
func TestArchiveTellsWhatTracesHold(t *testing.T) {
	t.Parallel()
	archive := har.Of(samples(), "http://localhost:8080", "test")
	var ids, urls, credentials []string
	for _, e := range archive.Log.Entries {
		ids, urls = append(ids, e.Trace), append(urls, e.Request.URL)
		for _, h := range e.Request.Headers {
			credentials = append(credentials, h.Name+": "+h.Value)
		}
	}
	if want := []string{"A", "B", "C", "D"}; !slices.Equal(ids, want) {
		t.Errorf("%q", ids)
	}
	if urls[0] != "http://localhost:8080/api/session/me" || urls[2] != "http://localhost:8080/x%20y%E2%80%AE%22%3Cscript%3E%3Fa=b%0A" {
		t.Errorf("%q", urls)
	}
	if want := []string{"Cookie: session=pZ3kQa…", "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.6CQATm…"}; !slices.Equal(credentials, want) || archive.Log.Entries[3].Request.Comment != "The body had refresh_token abcdef…." {
		t.Errorf("%q", credentials)
	}
	text, _ := written(t, samples()...)
	for _, says := range []string{`"startedDateTime":"2026-03-01T11:00:00.123Z"`, `"_room":"k3f9"`, `"saw":"300 bytes`, `"wait":1.234567`} {
		if !strings.Contains(text, says) {
			t.Errorf("%s is not in %s", says, text)
		}
	}
}

package relay_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/relay"
	"twodoors/web/trace"
)

const secret = "the-secret-of-this-start"

// X6: only a header with the secret, once, is the front's; it is off the request
// in any case.
func TestOnlyTheFrontForwards(t *testing.T) {
	t.Parallel()
	sent := relay.Forwarded{Secret: secret, TraceID: "ID", Client: door.Client{Address: "::1", Secure: true, Seat: "seat-name"}, BeginBy: 1_700_000_000_000}
	header := http.Header{}
	sent.Send(header)
	good := header.Get("Two-Doors-Forwarded")
	if got, err := relay.Receive(header, secret); err != nil || got != sent || len(header) != 0 {
		t.Errorf("%+v, %v, %v", got, err, header)
	}
	for what, values := range map[string][]string{
		"none": nil, "empty": {""}, "twice": {good, good}, "short": {strings.TrimPrefix(good, secret)}, "wrong": {"x" + good[1:]},
		"cut": {good[:10]}, "longer": {good + " x"}, "no time": {strings.TrimRight(good, "0123456789")}, "another time": {good + "x"}, "other blanks": {strings.ReplaceAll(good, " ", "\t")}, "prefix": {secret + "x" + good[len(secret):]},
	} {
		header := http.Header{"Two-Doors-Forwarded": values}
		if got, err := relay.Receive(header, secret); err == nil || strings.Contains(err.Error(), secret) || len(header) != 0 {
			t.Errorf("%s: %+v, %v, %v", what, got, err, header)
		}
	}
}

// I9: what a visitor puts in place of a header is replaced.
func TestSendReplacesWhatAVisitorSent(t *testing.T) {
	t.Parallel()
	header := http.Header{"Two-Doors-Forwarded": {"forged", "twice"}}
	relay.Forwarded{Secret: secret}.Send(header)
	if got, err := relay.Receive(header, secret); err != nil || got.Secret != secret {
		t.Errorf("%+v %v", got, err)
	}
	header = http.Header{"Two-Doors-Forwarded": {"a"}, "Two-Doors-Trace": {"b"}, "Two-Doors-Sessions": {"c"}, "Accept": {"d"}}
	if relay.Strip(header); len(header) != 1 {
		t.Errorf("%v", header)
	}
}

// W7, I9: a report is one header line whatever was traced, and is off the answer
// once collected, also when it cannot be read.
func TestReports(t *testing.T) {
	t.Parallel()
	begin := func() *trace.Trace {
		r, err := http.NewRequest("GET", "/a\r\nb", nil)
		if err != nil {
			r, _ = http.NewRequest("GET", "/", nil)
			r.URL.Path = "/a\r\nb\x00é"
		}
		return trace.Begin("ID", r, time.Now())
	}
	header := http.Header{}
	relay.Report(header, begin(), 3)
	for name := range header {
		if strings.ContainsAny(header.Get(name), "\r\n\x00") {
			t.Errorf("%s: %q", name, header.Get(name))
		}
	}
	if n, err := relay.Collect(header, begin()); err != nil || n != 3 || len(header) != 0 {
		t.Errorf("%d, %v, %v", n, err, header)
	}
	for _, broken := range [][]string{nil, {""}, {"{"}, {"[]"}, {"{}", "{}"}, {`{"steps":7}`}} {
		header := http.Header{"Two-Doors-Trace": broken, "Two-Doors-Sessions": {"1"}}
		if _, err := relay.Collect(header, begin()); err == nil || len(header) != 0 {
			t.Errorf("%q: %v, %v", broken, err, header)
		}
	}
}

// X6: nothing that does not begin with the secret is taken.
func FuzzReceive(f *testing.F) {
	for _, seed := range []string{"", secret, secret + " ID http ::1 seat=", secret + " ID https 1.2.3.4 seat=x y", "    ", secret + "    "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		header := http.Header{"Two-Doors-Forwarded": {value}}
		got, err := relay.Receive(header, secret)
		if len(header) != 0 {
			t.Errorf("%q stays on the request", value)
		}
		if err != nil {
			return
		}
		if !strings.HasPrefix(value, secret+" ") || strings.ContainsAny(got.TraceID+got.Client.Address+got.Client.Seat, " ") {
			t.Errorf("%q is taken for %+v", value, got)
		}
	})
}

package inspector_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"twodoors/web/trace"
)

// sent is one event as a browser reads it.
type sent struct{ name, id, data string }

// inData finds the trace's id.
var inData = regexp.MustCompile(`0\d{25}`)

func (s sent) trace() string { return inData.FindString(s.data) }

type events struct {
	t      *testing.T
	lines  *bufio.Scanner
	answer *http.Response
	close  context.CancelFunc
}

// listen opens a stream, and returns when the server has it open.
func listen(t *testing.T, server *httptest.Server, path, last string) *events {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Seat", "mine")
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	return &events{t, lines, answer, cancel}
}

// next reads an event, as the HTML standard has it (section 9.2.6).
func (e *events) next() sent {
	e.t.Helper()
	var got sent
	var data []string
	for e.lines.Scan() {
		field, value, _ := strings.Cut(e.lines.Text(), ": ")
		switch {
		case e.lines.Text() == "" && len(data) > 0:
			got.data = strings.Join(data, "\n")
			return got
		case field == "event":
			got.name = value
		case field == "id":
			got.id = value
		case field == "data":
			data = append(data, value)
		}
	}
	e.t.Fatal("the stream ended", e.lines.Err())
	return got
}

func TestStreamResumesWithoutLossOrDoubling(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/api/traces/events", "/inspector/events"} {
		log, server := open(t)
		log.Add("mine", numbered(0))
		stream := listen(t, server, path, "")
		log.Add("yours", numbered(100))
		log.Add("mine", numbered(1))
		log.Add("mine", numbered(2))
		last := ""
		for want := 1; want <= 2; want++ { // not 0: that was before
			got := stream.next()
			if last = got.id; got.trace() != numbered(want).ID {
				t.Fatalf("%s: got %s, want number %d", path, got.trace(), want)
			}
		}
		stream.close()
		for n := 3; n < 50; n++ {
			log.Add("mine", numbered(n))
		}
		again := listen(t, server, path, last)
		log.Add("mine", numbered(50))
		for want := 3; want <= 50; want++ {
			if got := again.next(); got.trace() != numbered(want).ID {
				t.Fatalf("%s: got %s after reconnecting, want number %d", path, got.id, want)
			}
		}
	}
}

func TestPageResumesFromWhatItShows(t *testing.T) {
	t.Parallel()
	log, server := open(t)
	shown := numbered(1)
	log.Add("mine", shown)
	log.Add("mine", numbered(2))
	stream := listen(t, server, "/inspector/events?last_event_id="+strconv.FormatInt(shown.Number(), 10), "")
	if got := stream.next(); got.trace() != numbered(2).ID || got.name != "row" || !strings.HasPrefix(got.data, "<li") {
		t.Errorf("got %+v", got)
	}
	empty := listen(t, server, "/inspector/events?last_event_id=", "")
	if got := empty.next(); got.trace() != numbered(1).ID {
		t.Errorf("a page that showed nothing got %s first", got.trace())
	}
}

func TestStreamsAreBoundedForEachSeat(t *testing.T) {
	t.Parallel()
	_, server := open(t)
	for range trace.MaxListeners {
		listen(t, server, "/api/traces/events", "")
	}
	one := listen(t, server, "/api/traces/events", "")
	if one.answer.StatusCode != 429 || one.answer.Header.Get("Retry-After") == "" {
		t.Errorf("one stream too many: %d", one.answer.StatusCode)
	}
}

func TestStreamSaysHowToComeBack(t *testing.T) {
	t.Parallel()
	_, server := open(t)
	stream := listen(t, server, "/api/traces/events", "")
	if got := stream.answer.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		t.Errorf("content type %s", got)
	}
	if stream.lines.Scan(); stream.lines.Text() != "retry: 500" {
		t.Errorf("first line %q", stream.lines.Text())
	}
}

// hostile goes into every text of a trace.
const hostile = "</title><script>alert(1)</script>\" ' onclick=x\r\n\r\ndata: x\nevent: y\r\u202e\u2028\x00\x1b[31m"

// W6: whatever a request brings is shown inert, on pages, in JSON, in a stream.
func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	log, server := open(t)
	stream := listen(t, server, "/api/traces/events", "")
	rows := listen(t, server, "/inspector/events", "")
	one := numbered(1)
	one.Method, one.Path, one.User, one.Door = hostile, "/"+hostile, hostile, "session"
	one.Credential = &trace.Credential{Kind: "cookie", Name: hostile, Shown: hostile, Bytes: 9}
	one.Steps[0].Where, one.Steps[0].Source = hostile, "web/"+hostile+":1"
	one.Steps[0].Facts = trace.Facts{trace.Text("user", hostile)}
	two := numbered(2)
	two.Outcome, two.Reason = trace.Denied, trace.ClaimsCheck
	two.Credential = &trace.Credential{Kind: "bearer", Name: hostile, Shown: hostile + "." + hostile + "." + hostile}
	two.Steps = []trace.Step{{Name: hostile, Why: hostile, Facts: trace.Facts{trace.Text(hostile, hostile)}}}
	log.Add("mine", one)
	log.Add("mine", two)
	for _, path := range []string{"/inspector", "/inspector/" + one.ID, "/inspector/" + two.ID, "/inspector/" + one.ID + "?with=" + two.ID} {
		_, body := get(t, server, "mine", path)
		inertOrFail(t, path, body)
	}
	for _, want := range []*trace.Trace{one, two} {
		got := stream.next()
		var back trace.Trace
		if err := json.Unmarshal([]byte(got.data), &back); err != nil || got.trace() != want.ID || got.name != "trace" || back.Path != want.Path {
			t.Errorf("event %+v, %v", got, err)
		}
		row := rows.next()
		if row.trace() != want.ID || row.name != "row" {
			t.Errorf("row %+v", row)
		}
		inertOrFail(t, "row", row.data)
	}
}

func inertOrFail(t *testing.T, where, body string) {
	t.Helper()
	for _, bad := range []string{"<script>alert", "\u202e", "\u2028", "\x00", "\x1b", `" ' onclick`} {
		if strings.Contains(body, bad) {
			t.Errorf("%s contains %q as it came", where, bad)
		}
	}
}

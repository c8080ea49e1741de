package inspector_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/views/layout"
	"twodoors/web/inspector"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// secret is what a seat's name leaves out of its value.
const secret = "0123456789abcdef012345"

// open starts an inspector whose visitors name their seat in a header.
func open(t *testing.T) (*trace.Log, *httptest.Server) {
	t.Helper()
	log := trace.NewLog()
	site := &inspector.Inspector{Traces: inspector.InMemory(log), Page: func(_ *http.Request, title, active string) layout.Page {
		return layout.Page{Title: title, Active: active, Static: "/static/x"}
	}}
	mux := http.NewServeMux()
	site.Routes(mux)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trace-Id", "OFTHISREQUEST")
		mux.ServeHTTP(w, r.WithContext(seat.With(r.Context(), &seat.Seat{Value: secret + r.Header.Get("Seat")})))
	}))
	t.Cleanup(server.Close)
	return log, server
}

func numbered(n int) *trace.Trace {
	return &trace.Trace{
		ID: fmt.Sprintf("%026d", n), At: time.Date(2026, 3, 1, 12, 0, n%60, 0, time.UTC), Method: "GET", Path: "/api/session/me",
		Door: "session", Server: 1, PID: 4711, Start: 1, Outcome: trace.Allowed, Status: 200, User: "ada",
		Steps: []trace.Step{{Name: trace.SessionFind, OK: true, Where: "memory of server 1", Nanoseconds: 900, Source: "web/session/authorize.go:41"}},
	}
}

func get(t *testing.T, server *httptest.Server, seat, path string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Seat", seat)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestListIsNewestFirstAndFiltered(t *testing.T) {
	t.Parallel()
	log, server := open(t)
	for n := range 5 {
		log.Add("mine", numbered(n))
	}
	denied := numbered(9)
	denied.Door, denied.Outcome, denied.Server = "token", trace.Denied, 2
	log.Add("mine", denied)
	for query, want := range map[string]int{
		"": 6, "?door=token": 1, "?outcome=allowed": 5, "?server=2": 1, "?limit=2": 2, "?door=session&outcome=denied": 0,
	} {
		answer, body := get(t, server, "mine", "/api/traces"+query)
		var traces []trace.Trace
		if err := json.Unmarshal([]byte(body), &traces); err != nil || answer.StatusCode != 200 || len(traces) != want {
			t.Errorf("%q: %d, %d traces, want %d, %v", query, answer.StatusCode, len(traces), want, err)
		}
		if query == "" && traces[0].ID != denied.ID {
			t.Errorf("the newest is not first but %s", traces[0].ID)
		}
		if answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%q may be stored", query)
		}
	}
	for _, query := range []string{"door=x", "outcome=x", "server=0", "server=x", "limit=0", "limit=2001", "limit=x"} {
		answer, body := get(t, server, "mine", "/api/traces?"+query)
		if answer.StatusCode != 400 || answer.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(body, "OFTHISREQUEST") {
			t.Errorf("%s: %d %s", query, answer.StatusCode, body)
		}
	}
}

// I3: whoever knows an id of another seat has nothing.
func TestOtherSeatsTraceIsNotThere(t *testing.T) {
	t.Parallel()
	log, server := open(t)
	one := numbered(1)
	log.Add("mine", one)
	mine := numbered(2)
	log.Add("yours", mine)
	for path, want := range map[string]int{
		"/api/traces/" + one.ID: 404, "/inspector/" + one.ID: 404, "/inspector/" + mine.ID + "?with=" + one.ID: 404,
		"/inspector/" + mine.ID: 200, "/api/traces/" + mine.ID: 200, "/api/traces/unknown": 404,
	} {
		answer, body := get(t, server, "yours", path)
		if answer.StatusCode != want || want == 404 && strings.Contains(body, "memory of server") {
			t.Errorf("%s: %d, want %d", path, answer.StatusCode, want)
		}
	}
	for _, path := range []string{"/api/traces", "/inspector"} {
		if _, body := get(t, server, "yours", path); strings.Contains(body, one.ID) {
			t.Errorf("%s lists another seat's trace", path)
		}
	}
}

func TestPageShowsOneOrTwoAndOlder(t *testing.T) {
	t.Parallel()
	log, server := open(t)
	for n := range 450 {
		log.Add("mine", numbered(n))
	}
	_, first := get(t, server, "mine", "/inspector")
	if got := strings.Count(first, "<li data-id="); got != 50 {
		t.Errorf("%d rows", got)
	}
	if !strings.Contains(first, "before="+numbered(400).ID) || !strings.Contains(first, `data-newest="`+strconv.FormatInt(log.List("mine", "", 1)[0].Number(), 10)) {
		t.Error("no way to older requests, or the newest is not named")
	}
	_, last := get(t, server, "mine", "/inspector?before="+numbered(50).ID)
	if got := strings.Count(last, "<li data-id="); got != 50 || strings.Contains(last, "before=") {
		t.Errorf("the last page has %d rows", got)
	}
	_, two := get(t, server, "mine", "/inspector/"+numbered(1).ID+"?with="+numbered(2).ID)
	if strings.Count(two, "<article") != 2 {
		t.Error("two traces do not stand side by side")
	}
}

func TestEmptyPageSaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, server := open(t)
	answer, body := get(t, server, "fresh", "/inspector")
	if answer.StatusCode != 200 || !strings.Contains(body, "Log in at both doors") || !strings.Contains(body, "Seat: "+secret+"fresh") {
		t.Errorf("%d, the empty page says nothing to do", answer.StatusCode)
	}
}

func TestClearForgetsAndGoesBack(t *testing.T) {
	t.Parallel()
	log, server := open(t)
	log.Add("mine", numbered(1))
	log.Add("yours", numbered(2))
	r, _ := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/inspector/clear", nil)
	r.Header.Set("Seat", "mine")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 303 || answer.Header.Get("Location") != "/inspector" {
		t.Errorf("%d to %s", answer.StatusCode, answer.Header.Get("Location"))
	}
	if len(log.List("mine", "", 9)) != 0 || len(log.List("yours", "", 9)) != 1 {
		t.Error("the wrong traces are gone")
	}
}

func TestCodeIsOfThisProgramOnly(t *testing.T) {
	t.Parallel()
	_, server := open(t)
	for path, want := range map[string]int{
		"trace/record.go?line=30": 200, "trace/record.go?line=30&around=8": 200, "trace/record.go?line=x&around=-1": 200,
		"trace/record.go?line=99999&around=999999999": 200,
		"nothing.go": 404, "trace": 404, "..%2fgo.mod": 404, "%2e%2e/%2e%2e/etc/passwd": 404, "account/common.txt": 404, "%00": 404,
	} {
		answer, body := get(t, server, "mine", "/inspector/code/"+path)
		if answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, answer.StatusCode, want)
		}
		if strings.Contains(body, " style=") {
			t.Errorf("%s has inline styles", path)
		}
	}
	_, body := get(t, server, "mine", "/inspector/code/trace/record.go?line=30&around=8")
	if got := strings.Count(body, "<li "); got != 17 || !strings.Contains(body, `class="code-marked" value="30"`) || strings.Contains(body, "<html") {
		t.Errorf("%d lines around line 30:\n%s", got, body)
	}
}

// A page says a request that it has just sent in one line. Another seat's is no more to be had
// than one that never was.
func TestLineOfRequest(t *testing.T) {
	t.Parallel()
	log, server := open(t)
	log.Add("mine", numbered(7))
	path := "/answers/" + numbered(7).ID
	if answer, body := get(t, server, "mine", path); answer.StatusCode != 200 || !strings.HasPrefix(body, "<li") ||
		!strings.Contains(body, "Server 1 found your session: you are ada.") || !strings.Contains(body, `href="/inspector/`+numbered(7).ID) {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	if answer, _ := get(t, server, "another", path); answer.StatusCode != 404 {
		t.Errorf("another seat got %d", answer.StatusCode)
	}
}

package process

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// I8: whatever visitors send, a record of the log is one line, begins with a time
// in UTC, and holds nothing that could move a terminal's cursor or turn its text.
func TestLogIsOneRecordALine(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	const naughty = "ada\r\ntime=2000-01-01T00:00:00Z level=INFO msg=forged \x1b[2J\x1b]0;x\x07\u202eada\u2066\u009b31m\u0085\u2028"
	body, _ := json.Marshal(map[string]string{"username": naughty, "password": "lovelace"})
	for _, path := range []string{"/api/session/login", "/api/token/login", "/api/signup"} {
		s.call("POST", path, string(body))
	}
	s.call("GET", "/api/session/me", "", "User-Agent", "\u202e\u009b31m", "Cookie", "session=\u202e")
	s.call("POST", "/api/session/logout", "{}")
	s.call("POST", "/api/servers/1/crash?wait=1", "")

	for _, event := range []string{"msg=login ", `msg="login refused"`, "msg=logout ", "msg=crash "} {
		s.Log.Await(t, event)
	}
	for line := range strings.Lines(s.Log.String()) {
		if !beginsWithATimeInUTC(line) {
			t.Errorf("not a record, or not in UTC: %q", line)
		}
		if at := strings.IndexFunc(strings.TrimSuffix(line, "\n"), movesTheCursor); at >= 0 {
			t.Errorf("a control character at %d in %q", at, line)
		}
	}
}

func beginsWithATimeInUTC(line string) bool {
	text, found := strings.CutPrefix(line, "time=")
	text, _, _ = strings.Cut(text, " ")
	at, err := time.Parse(time.RFC3339Nano, text)
	return found && err == nil && strings.HasSuffix(text, "Z") && time.Since(at) <= time.Minute
}

// movesTheCursor reports whether a terminal may take a character for an order: a control
// character (C0, C1), the end of a line or of a paragraph, or a change of direction.
func movesTheCursor(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// As JSON each line is one object, which is as inert, and a record about a request leads to its trace. Servers behind the
// front write as it does.
func TestLogAsJSON(t *testing.T) {
	t.Parallel()
	s := open(t, "--log=json")
	s.logIn()
	body, _ := json.Marshal(map[string]string{"username": "ada\r\n{\"msg\":\"forged\"}\u202eada\u009b31m\u2028", "password": "x"})
	refused := s.call("POST", "/api/session/login", string(body))
	s.call("POST", "/api/servers/1/crash?wait=1", "")
	s.Log.Await(t, refused.header.Get("Trace-Id"))
	s.Log.Await(t, `"msg":"crash"`)
	told := map[string]bool{}
	for line := range strings.Lines(s.Log.String()) {
		var record struct {
			Time, Level, Msg, Trace string
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil || record.Level == "" || !strings.HasSuffix(record.Time, "Z") {
			t.Errorf("not a record, or not in UTC: %q: %v", line, err)
		}
		if at := strings.IndexFunc(strings.TrimSuffix(line, "\n"), movesTheCursor); at >= 0 {
			t.Errorf("a control character at %d in %q", at, line)
		}
		told[record.Msg+" "+record.Trace] = true
	}
	for _, event := range []string{"login refused " + refused.header.Get("Trace-Id"), "crash ", "server ready "} {
		if !told[event] {
			t.Errorf("the log does not tell of %q: %v", event, told)
		}
	}
	if out, status := run(t, "--log=xml"); status != 2 || !strings.Contains(out, `--log must be text or json, not "xml"`) {
		t.Errorf("%d %s", status, out)
	}
}

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

	log := s.Log.String()
	for line := range strings.Lines(log) {
		text, ok := strings.CutPrefix(line, "time=")
		text, _, _ = strings.Cut(text, " ")
		if at, err := time.Parse(time.RFC3339Nano, text); !ok || err != nil || !strings.HasSuffix(text, "Z") || time.Since(at) > time.Minute {
			t.Errorf("not a record, or not in UTC: %q", line)
		}
		for _, r := range strings.TrimSuffix(line, "\n") {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Errorf("%U in %q", r, line)
			}
		}
	}
	for _, event := range []string{"msg=login ", `msg="login refused"`, "msg=logout ", "msg=crash "} {
		if !strings.Contains(log, event) {
			t.Errorf("the log does not tell of %s", event)
		}
	}
}

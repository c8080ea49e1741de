package process

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

// inTheLadder is one step, or the total, in the header Server-Timing.
var inTheLadder = regexp.MustCompile(`^[a-z.]+(;desc="refused")?;dur=\d+\.\d{3}$`)

// A13: the API tells a seat how long each step of its request took, the same steps as the trace has. Where times could
// tell who has an account, it tells nothing, and it tells nothing to who brought no seat.
func TestServerTiming(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*visit{"front": open(t), "alone": open(t, "server")} {
		const account = `{"username":"timed","password":"a long password"}`
		s.call("GET", "/", "") // gives a seat
		for _, untimed := range []answer{
			s.call("POST", "/api/signup", account), s.call("POST", "/api/signup", account), s.call("POST", "/api/session/login", account),
			s.call("POST", "/api/session/login", `{"username":"timed","password":"another"}`), s.call("POST", "/api/token/login", account), s.call("POST", "/api/token/refresh", `{}`),
			s.call("POST", "/api/token/refresh", `{"refresh_token":"none"}`), s.call("POST", "/api/account/password", `{"old":"wrong","new":"a longer password"}`),
			s.call("POST", "/api/session/login", account, "Origin", "https://other.example"),
			visiting(t, s.Site).call("GET", "/api/session/me", ""), s.call("GET", "/session/account", ""), s.call("GET", "/healthz", ""),
		} {
			if told := untimed.header.Get("Server-Timing"); told != "" {
				t.Errorf("%s: %d tells %s", name, untimed.status, told)
			}
		}
		for _, timed := range []answer{s.sessionMe(), s.call("GET", "/api/session/admin", ""), s.bring("no.such.token"), s.call("POST", "/api/session/logout", "")} {
			parts := strings.Split(timed.header.Get("Server-Timing"), ", ")
			var steps []string
			for _, step := range s.trace(timed).Steps {
				refused := ""
				if !step.OK {
					refused = `;desc="refused"`
				}
				steps = append(steps, step.Name+refused)
			}
			for i, part := range parts {
				want := append(steps, "total")[min(i, len(steps))]
				if !inTheLadder.MatchString(part) || !strings.HasPrefix(part, want+";dur=") {
					t.Errorf("%s: %d has %q, want %s", name, timed.status, part, want)
				}
			}
			if len(parts) != len(steps)+1 {
				t.Errorf("%s: %d parts, %d steps", name, len(parts), len(steps))
			}
		}
	}
}

// What a request is a part of for another program stands in its trace, and in what the log says of it, also behind a
// front.
func TestTraceparentIsNoted(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*visit{"front": open(t, "--log=json"), "alone": open(t, "server", "--log=json")} {
		a := s.call("POST", "/api/session/login", `{"username":"ada","password":"lovelace"}`, "Traceparent", parent)
		id := a.header.Get("Trace-Id")
		if told := s.call("GET", "/api/traces/"+id, "").body; !strings.Contains(told, fmt.Sprintf(`"traceparent":%q`, parent)) {
			t.Errorf("%s: the trace is %s", name, told)
		}
		if page := s.call("GET", "/inspector/"+id, "").body; !strings.Contains(page, parent) {
			t.Errorf("%s: the page does not show it", name)
		}
		s.until("the log has it", func() bool {
			return strings.Contains(s.Log.String(), fmt.Sprintf(`"trace":%q,"traceparent":%q`, id, parent))
		})
		if other := s.sessionMe(); strings.Contains(s.call("GET", "/api/traces/"+other.header.Get("Trace-Id"), "").body, "traceparent") {
			t.Errorf("%s: a request without one has one", name)
		}
	}
}

package metrics

import (
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"twodoors/web/trace"
)

func allowed(store string) *trace.Trace {
	return &trace.Trace{Door: "session", Outcome: trace.Allowed, Steps: []trace.Step{
		{Name: trace.FrontPick, OK: true, Nanoseconds: 800},
		{Name: trace.CookieRead, OK: true, Nanoseconds: 1_000},
		{Name: trace.SessionFind, OK: true, Where: store, Nanoseconds: 3_000_000},
		{Name: trace.SessionAge, OK: true, Nanoseconds: 500},
		{Name: trace.UserLoad, OK: true, Where: "SQLite", Nanoseconds: 9_000_000_000},
		{Name: trace.RoleCheck, OK: true, Nanoseconds: 300},
	}}
}

func scraped(m *Meter, measures ...Measure) string {
	answer := httptest.NewRecorder()
	m.Handler(measures...).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	return answer.Body.String()
}

// Everything that is observed at the same time counts, each step in the buckets of its duration and above.
func TestCountsOfTracesAtOnce(t *testing.T) {
	t.Parallel()
	m := New()
	var observing sync.WaitGroup
	for range 8 {
		observing.Go(func() {
			for range 100 {
				m.Observe(allowed("PostgreSQL"))
				m.Observe(&trace.Trace{Door: "token", Outcome: trace.Denied, Reason: trace.KeySelect})
				m.Observe(&trace.Trace{Steps: []trace.Step{{Name: trace.SessionCreate, OK: true, Where: "SQLite"}, {Name: trace.SessionCreate, Where: "SQLite"}}})
			}
		})
	}
	observing.Wait()
	text := scraped(m, Measure{Name: `twodoors_rooms{state="awake"}`, Value: func() float64 { return 7 }})
	for _, line := range []string{
		`twodoors_decisions_total{door="session",outcome="allowed",reason=""} 800`,
		`twodoors_decisions_total{door="token",outcome="denied",reason="key.select"} 800`,
		`twodoors_step_seconds_bucket{step="cookie.read",store="",le="1e-06"} 0`,
		`twodoors_step_seconds_bucket{step="cookie.read",store="",le="2e-06"} 800`,
		`twodoors_step_seconds_bucket{step="session.find",store="PostgreSQL",le="0.002048"} 0`,
		`twodoors_step_seconds_bucket{step="session.find",store="PostgreSQL",le="0.004096"} 800`,
		`twodoors_step_seconds_bucket{step="user.load",store="SQLite",le="8.388608"} 0`,
		`twodoors_step_seconds_bucket{step="user.load",store="SQLite",le="+Inf"} 800`,
		`twodoors_step_seconds_sum{step="session.find",store="PostgreSQL"} 2.4`,
		`twodoors_step_seconds_count{step="session.find",store="PostgreSQL"} 800`,
		`twodoors_sessions_created_total 800`, `twodoors_tokens_revoked_total 0`, `twodoors_rooms{state="awake"} 7`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %s", line)
		}
	}
}

// A family that is revoked counts, whether somebody logged out or came with a token that was used up: only that is a
// reuse. One that the database could not revoke does not count.
func TestRevokedFamiliesAndReuse(t *testing.T) {
	t.Parallel()
	m := New()
	for _, step := range []trace.Step{{OK: true}, {Why: trace.RefreshReused}, {Why: trace.FamilyDisabled}, {Why: trace.DatabaseUnwritable}} {
		step.Name = trace.FamilyRevoke
		m.Observe(&trace.Trace{Door: "token", Steps: []trace.Step{step}})
	}
	text := scraped(m)
	for _, line := range []string{"twodoors_refresh_families_revoked_total 3", "twodoors_refresh_tokens_reused_total 1"} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
}

// Servers name steps and stores: whatever they name, the text can be read, and its length is bounded.
func TestNamesOfOthersStayReadableAndFew(t *testing.T) {
	t.Parallel()
	m := New()
	m.Observe(allowed("a \"store\"\\\n# of {others}"))
	for i := range 2 * most {
		m.Observe(&trace.Trace{Door: fmt.Sprint("door ", i), Steps: []trace.Step{{Name: trace.SessionFind, Where: fmt.Sprint("store ", i)}}})
	}
	line := regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_]+="([^"\\\n]|\\["\\n])*"(, ?[a-zA-Z_]+="([^"\\\n]|\\["\\n])*")*\})? [-+0-9.eInfNa]+$`)
	lines := strings.Split(strings.TrimSuffix(scraped(m), "\n"), "\n")
	for _, text := range lines {
		if !line.MatchString(text) && !strings.HasPrefix(text, "# ") {
			t.Errorf("%q", text)
		}
	}
	if len(lines) > most+most*(buckets+3)+1000 {
		t.Errorf("%d lines", len(lines))
	}
}

func BenchmarkObserve(b *testing.B) {
	m, t := New(), allowed("SQLite")
	b.ReportAllocs()
	for b.Loop() {
		m.Observe(t)
	}
}

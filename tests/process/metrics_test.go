package process

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"twodoors/tests/cluster"
)

// metricsAt is the address at which a program says that it serves metrics.
// metricsAt is the address of metrics, which the log names.
func (s *visit) metricsAt() string {
	s.t.Helper()
	return s.Log.Await(s.t, `msg=metrics address=(\S+)`)[1]
}

func (s *visit) metrics() string {
	s.t.Helper()
	answer, err := http.Get("http://" + s.metricsAt() + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain; version=0.0.4") {
		s.t.Errorf("%d %v %v", answer.StatusCode, answer.Header, err)
	}
	return string(text)
}

// What a front and a server alone have decided can be scraped at the address of the flag, and nowhere else.
func TestMetricsTellWhatWasDecided(t *testing.T) {
	t.Parallel()
	front := open(t, "--metrics=127.0.0.1:0")
	alone := openOn(t, cluster.Shared(t).Database(t), "server", "--store=postgres", "--metrics=127.0.0.1:0")
	for s, store := range map[*visit]string{front: "memory of server 1", alone: "PostgreSQL"} {
		s.logIn()
		s.sessionMe()
		s.bring("no.such.token")
		text := s.metrics()
		for _, line := range []string{
			`twodoors_decisions_total{door="session",outcome="allowed",reason=""} 2`,
			`twodoors_decisions_total{door="token",outcome="denied",reason="token.decode"} 1`,
			`twodoors_step_seconds_count{step="session.find",store="` + store + `"} 1`,
			`twodoors_sessions_created_total 1`, `twodoors_tokens_issued_total 1`, `twodoors_refresh_families_created_total 1`,
			`twodoors_turns_waiting{kind="brief"} 0`, `twodoors_traces_dropped_total 0`, `twodoors_servers_ready 1`, `twodoors_refresh_tokens_reused_total 0`,
		} {
			if !strings.Contains(text, line+"\n") {
				t.Errorf("no %s in\n%s", line, text)
			}
		}
		if a := s.call("GET", "/metrics", ""); a.status != 404 {
			t.Errorf("at the site's address: %d", a.status)
		}
		if answer, err := http.Get("http://" + s.metricsAt() + "/api/servers"); err != nil || answer.StatusCode != 404 {
			t.Errorf("the site at the address of metrics: %v %v", answer, err)
		}
	}
	if out, status := run(t, "--metrics=here"); status != 2 || !strings.Contains(out, "--metrics must be a host and a port") {
		t.Errorf("%d %s", status, out)
	}
}

// A server that runs and cannot serve says so to whoever watches it.
func TestMetricsTellThatAServerIsNotReady(t *testing.T) {
	t.Parallel()
	postgres, err := cluster.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { postgres.Stop() })
	s := openOn(t, postgres.Database(t), "server", "--store=postgres", "--metrics=127.0.0.1:0")
	if err := postgres.Stop(); err != nil {
		t.Fatal(err)
	}
	s.until("metrics say that it is not ready", func() bool { return strings.Contains(s.metrics(), "twodoors_servers_ready 0\n") })
}

// Scrapers that never read to the end hold up neither the site nor each other.
func TestScraperThatNeverReads(t *testing.T) {
	t.Parallel()
	s := open(t, "--metrics=127.0.0.1:0")
	at := s.metricsAt()
	for range 50 {
		connection, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { connection.Close() })
		for range 20 {
			io.WriteString(connection, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
		}
	}
	s.logIn()
	if text := s.metrics(); !strings.Contains(text, "twodoors_sessions_created_total 1\n") {
		t.Error(text)
	}
}

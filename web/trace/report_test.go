package trace_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/web/trace"
)

func recorded() *trace.Trace {
	t, ctx := begin()
	t.Server, t.PID, t.Start = 2, 4711, 3
	trace.Start(ctx, trace.CookieRead).Pass(trace.Number("bytes", 43), trace.Text("shown", "pZ3kQa…"), trace.Duration("age", 41*time.Second))
	trace.Start(ctx, trace.SessionFind).In("memory of server 2").Refuse(trace.SessionUnknown)
	trace.Present(ctx, trace.Credential{Kind: "cookie", Name: "session", Shown: "pZ3kQa…", Bytes: 43})
	trace.Admit(ctx, "zoë")
	return t
}

// W7: what a server recorded arrives at its front, behind what the front recorded.
func TestReportArrives(t *testing.T) {
	t.Parallel()
	for what, sent := range map[string]*trace.Trace{
		"whole": recorded(), "without steps": {Server: 1}, "without credential": {Server: 1, Steps: recorded().Steps},
	} {
		got, ctx := begin()
		trace.Start(ctx, trace.FrontPick).Pass(trace.Number("server", 2))
		if err := got.Take(sent.Report()); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if !slices.EqualFunc(got.Steps[1:], sent.Steps, sameStep) || got.Steps[0].Name != trace.FrontPick {
			t.Errorf("%s: steps %+v, want %+v", what, got.Steps, sent.Steps)
		}
		if (got.Credential == nil) != (sent.Credential == nil) || got.Credential != nil && *got.Credential != *sent.Credential {
			t.Errorf("%s: credential %+v, want %+v", what, got.Credential, sent.Credential)
		}
		if got.Server != sent.Server || got.PID != sent.PID || got.Start != sent.Start || got.User != sent.User || got.Reason != sent.Reason {
			t.Errorf("%s: %+v, want %+v", what, got, sent)
		}
	}
}

// W7: what a visitor sent moves no field and breaks no header.
func TestReportIsOneLine(t *testing.T) {
	t.Parallel()
	sent, ctx := begin()
	trace.Admit(ctx, "\ta\r\nb\x00c\x7f\t")
	trace.Start(ctx, trace.RoleCheck).Refuse(trace.RoleInsufficient, trace.Text("need", "\tthe role\tok\n"))
	text := sent.Report()
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) || text != strings.TrimSpace(text) {
		t.Errorf("%q", text)
	}
	got, _ := begin()
	if err := got.Take(text); err != nil || got.User != "?a??b?c??" || len(got.Steps) != 1 || got.Steps[0].Facts.Get("need").String() != "?the role?ok?" {
		t.Errorf("%v, %+v", err, got)
	}
}

// W7: whatever is taken for a report, a trace stays within its bounds.
func FuzzTake(f *testing.F) {
	f.Add(recorded().Report())
	f.Add("")
	f.Add("2\t1\t2\t3\t\t\t\t\t\t0")
	f.Add("2\t1\t2\t3\t\t\t\t\t\t0" + strings.Repeat("\tx\t\t\t1\t\t1\ta\tn1", 100))
	f.Add("99999999999999999999\t\t\t\t\t\t\t\t")
	f.Fuzz(func(t *testing.T, text string) {
		got, _ := begin()
		if err := got.Take(text); err != nil {
			return
		}
		if len(got.Steps) > 14 {
			t.Errorf("%d steps", len(got.Steps))
		}
		again, _ := begin()
		if err := again.Take(got.Report()); err != nil || len(again.Steps) != len(got.Steps) {
			t.Errorf("%v: %+v, then %+v", err, got, again)
		}
	})
}

// sameStep compares what is told of a step.
func sameStep(a, b trace.Step) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// A report of another version is refused as that, not misread.
func TestReportOfAnotherVersion(t *testing.T) {
	t.Parallel()
	got, _ := begin()
	_, rest, _ := strings.Cut(recorded().Report(), "\t")
	for _, version := range []string{"", "1", "3", "22"} {
		if err := got.Take(version + "\t" + rest); err == nil || !strings.Contains(err.Error(), "version") || len(got.Steps) != 0 {
			t.Errorf("%q: %v, %+v", version, err, got.Steps)
		}
	}
}

// What a visitor sent is kept as far as 64 bytes, of a key id of 10 KB as well; a step
// whose name is of another version keeps it.
func TestFactsAreBounded(t *testing.T) {
	t.Parallel()
	sent, ctx := begin()
	five := []trace.Fact{trace.Text("kid", strings.Repeat("k", 10<<10)), trace.Number("b", 1), trace.Number("c", 2), trace.Number("d", 3), trace.Number("e", 4)}
	trace.Start(ctx, trace.KeySelect).Refuse(trace.KeyUnknown, five...)
	sent.Steps = append(sent.Steps, trace.Step{Name: "proof.check", Why: "proof.replayed"})
	text := sent.Report()
	got, _ := begin()
	if err := got.Take(text); err != nil || len(got.Steps) != 2 || len(text) > 600 {
		t.Fatalf("%v, %d bytes, %+v", err, len(text), got.Steps)
	}
	if facts := got.Steps[0].Facts; len(facts) != 4 || len(facts.Get("kid").String()) > 64 {
		t.Errorf("%d facts: %+v", len(facts), facts)
	}
	if of := got.Steps[1]; of.Name != "proof.check" || of.Why != "proof.replayed" || of.OK {
		t.Errorf("%+v", of)
	}
}

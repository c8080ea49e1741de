package trace_test

import (
	"slices"
	"strings"
	"testing"

	"twodoors/web/trace"
)

func recorded() *trace.Trace {
	t, ctx := begin()
	t.Server, t.PID, t.Start = 2, 4711, 3
	trace.Start(ctx, trace.CookieRead).Pass("43 bytes, session=pZ3kQa…")
	trace.Start(ctx, trace.SessionFind).Refuse("memory of server 2: no such session")
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
		trace.Start(ctx, trace.FrontPick).Pass("server 2")
		if err := got.Take(sent.Report()); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if !slices.Equal(got.Steps[1:], sent.Steps) || got.Steps[0].Name != trace.FrontPick {
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
	trace.Start(ctx, trace.RoleCheck).Refuse("\tthe role\tok\n")
	text := sent.Report()
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) || text != strings.TrimSpace(text) {
		t.Errorf("%q", text)
	}
	got, _ := begin()
	if err := got.Take(text); err != nil || got.User != "?a??b?c??" || len(got.Steps) != 1 || got.Steps[0].Saw != "?the role?ok?" {
		t.Errorf("%v, %+v", err, got)
	}
}

// W7: whatever is taken for a report, a trace stays within its bounds.
func FuzzTake(f *testing.F) {
	f.Add(recorded().Report())
	f.Add("")
	f.Add("1\t2\t3\t\t\t\t\t\t0")
	f.Add("1\t2\t3\t\t\t\t\t\t0" + strings.Repeat("\tx\tok\t1\t\t", 100))
	f.Add("99999999999999999999\t\t\t\t\t\t\t\t")
	f.Fuzz(func(t *testing.T, text string) {
		got, _ := begin()
		if err := got.Take(text); err != nil {
			return
		}
		if len(got.Steps) > 12 {
			t.Errorf("%d steps", len(got.Steps))
		}
		again, _ := begin()
		if err := again.Take(got.Report()); err != nil || len(again.Steps) != len(got.Steps) {
			t.Errorf("%v: %+v, then %+v", err, got, again)
		}
	})
}

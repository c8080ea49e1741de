package trace_test

import (
	"context"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/web/trace"
)

func begin() (*trace.Trace, context.Context) {
	r := httptest.NewRequest("GET", "/api/session/me", nil)
	t := trace.Begin(trace.NewID(), r, time.Now())
	return t, trace.With(r.Context(), t)
}

func TestStepsRecordWhatWasDoneAndWhere(t *testing.T) {
	t.Parallel()
	recorded, ctx := begin()
	step := trace.Start(ctx, trace.CookieRead)
	step.Pass(trace.Number("bytes", 43))
	step = trace.Start(ctx, trace.SessionFind)
	step.In("memory of server 1").Refuse(trace.SessionUnknown)
	recorded.Finish(401, 100, 200)

	if len(recorded.Steps) != 2 {
		t.Fatalf("%d steps, want 2", len(recorded.Steps))
	}
	first, last := recorded.Steps[0], recorded.Steps[1]
	if first.Name != trace.CookieRead || !first.OK || first.Facts.Get("bytes").Int() != 43 || first.Name.Actor() != trace.Server {
		t.Errorf("first step is %+v", first)
	}
	if last.Name != trace.SessionFind || last.Where != "memory of server 1" || last.Why != trace.SessionUnknown || last.OK || last.Name.Actor() != trace.Store || last.Nanoseconds < 0 {
		t.Errorf("last step is %+v", last)
	}
	if recorded.Reason != trace.SessionFind || recorded.Outcome != trace.Denied || recorded.Status != 401 {
		t.Errorf("ended as %s by %s", recorded.Outcome, recorded.Reason)
	}
}

func TestStepSaysWhichLineDidIt(t *testing.T) {
	t.Parallel()
	recorded, ctx := begin()
	step := trace.Start(ctx, trace.SessionFind)
	_, _, line, _ := runtime.Caller(0)
	step.Refuse(trace.SessionUnknown)
	if want, got := "web/trace_test/trace_test.go:"+strconv.Itoa(line+1), recorded.Steps[0].Source; !sameLine(got, want) {
		t.Errorf("source is %s, want %s", got, want)
	}
}

// sameLine allows for the package of a test being called otherwise than its
// folder.
func sameLine(got, want string) bool {
	return strings.ReplaceAll(got, "trace_test/", "trace/") == strings.ReplaceAll(want, "trace_test/", "trace/")
}

func TestOutcomeFollowsStatusAndSteps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status  int
		refused bool
		want    trace.Outcome
	}{
		{200, false, trace.Allowed}, {204, false, trace.Allowed}, {404, false, trace.Denied},
		{401, false, trace.Denied}, {403, true, trace.Denied}, {429, false, trace.Denied},
		{400, true, trace.Denied}, {500, false, trace.Failed}, {503, true, trace.Failed},
	} {
		recorded, ctx := begin()
		step := trace.Start(ctx, trace.RoleCheck)
		if test.refused {
			step.Refuse(trace.RoleInsufficient)
		} else {
			step.Pass()
		}
		recorded.Finish(test.status, 0, 0)
		if recorded.Outcome != test.want {
			t.Errorf("%d, refused %v: %s, want %s", test.status, test.refused, recorded.Outcome, test.want)
		}
	}
}

func TestNothingIsRecordedWithoutATrace(t *testing.T) {
	t.Parallel()
	step := trace.Start(t.Context(), trace.CookieRead)
	step.Pass(trace.Text("nobody", "sees this"))
	trace.Present(t.Context(), trace.Credential{})
	trace.Admit(t.Context(), "ada")
}

// W7: what a request brings is cut, and an id is safe in a header.
func TestTraceIsBounded(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("GET", "/"+strings.Repeat("a", 5000), nil)
	recorded := trace.Begin(trace.NewID(), r, time.Now())
	for range 100 {
		recorded.Step(trace.CookieRead).Pass()
	}
	if len(recorded.Path) > 300 || len(recorded.Steps) > 14 {
		t.Errorf("path of %d bytes and %d steps", len(recorded.Path), len(recorded.Steps))
	}
	if !trace.ValidID(recorded.ID) || trace.ValidID("x\r\ny") || trace.ValidID(strings.Repeat("a", 26)) {
		t.Error("ids are not told apart")
	}
}

// I1, I2: six characters of what must stay secret, and not one more.
func FuzzShowJWTKeepsTheSignature(f *testing.F) {
	f.Add("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxIn0", "6CQATmjLPlxHqpGLkjhQIl2uwJ7vRzZ0k7G3yN8aBcD")
	f.Add("eyJ", "", "short")
	f.Add("x", "y", "z")
	f.Add("eyJ", "", "")
	f.Fuzz(func(t *testing.T, header, payload, signature string) {
		if strings.ContainsAny(header+payload+signature, ".") {
			return
		}
		shown := trace.ShowJWT(header + "." + payload + "." + signature)
		if len(signature) > 6 && strings.HasSuffix(shown, signature) {
			t.Errorf("the whole signature is shown: %q", shown)
		}
		if signature == "" {
			return // it opens nothing
		}
		if !strings.HasSuffix(shown, "…") {
			t.Fatalf("nothing is left out of %q", shown)
		}
		tail := shown[strings.LastIndex(shown, ".")+1:]
		if n := len(strings.TrimSuffix(tail, "…")); n > 6 {
			t.Errorf("%d characters of the secret are shown: %q", n, shown)
		}
	})
}

// Wherever a character stands that is not plain ASCII, it is not shown.
func TestShowJWTShowsPlainCharacters(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		if c == '.' {
			continue // that would be a fourth part
		}
		for before := range 16 {
			token := "eyJ" + strings.Repeat("x", before) + string([]byte{byte(c)}) + "y.payload."
			want := token // there is no signature to be cut
			if c < ' ' || c > '~' {
				want = strings.Replace(want, string([]byte{byte(c)}), "?", 1)
			}
			if got := trace.ShowJWT(token); got != want {
				t.Fatalf("%q is shown as %q", token, got)
			}
		}
	}
}

func TestShowIDHidesShortSecrets(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]string{
		"": "…", "hunter2": "…", strings.Repeat("a", 23): "…",
		"pZ3kQabcdefghijklmnopqrstuvwxyz0123456789ABCD": "pZ3kQa…",
		"\r\n\x00\x1b\x7fz" + strings.Repeat("a", 40):   "?????z…",
	} {
		if got := trace.ShowID(secret); got != want {
			t.Errorf("ShowID(%q) = %q, want %q", secret, got, want)
		}
	}
}

// BenchmarkWholeTrace is all that tracing adds to a request of a door: the steps and facts
// that it records when it lets somebody in, what was presented, finishing, and keeping it.
func BenchmarkWholeTrace(b *testing.B) {
	for name, pass := range map[string]func(ctx context.Context){"token": passTokenDoor, "session": passSessionDoor} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/api/"+name+"/me", nil)
			now, log := time.Now(), trace.NewLog()
			b.ReportAllocs()
			for b.Loop() {
				recorded := trace.Begin("AAAAAAAAAAAAAAAAAAAAAAAAAA", r, now)
				ctx := trace.With(r.Context(), recorded)
				pass(ctx)
				recorded.Finish(200, trace.RequestBytes(r), 230)
				log.Add("seat", recorded)
			}
		})
	}
}

func passTokenDoor(ctx context.Context) {
	step := trace.Start(ctx, trace.BearerRead)
	trace.Present(ctx, trace.Credential{Kind: "bearer", Name: "Authorization", Shown: "eyJ…", Bytes: 280})
	step.Pass(trace.Number("bytes", 280))
	trace.Next(ctx, trace.TokenDecode).Pass(trace.Number("signature_bytes", 32))
	trace.Next(ctx, trace.AlgorithmCheck).Pass(trace.Text("algorithm", "HS256"), trace.Text("type", "at+jwt"))
	trace.Next(ctx, trace.KeySelect).Pass(trace.Text("kid", "k-ABCDEFGH"), trace.Text("algorithm", "HS256"))
	trace.Next(ctx, trace.SignatureVerify).Pass(trace.Text("kid", "k-ABCDEFGH"))
	trace.Next(ctx, trace.ClaimsCheck).Pass(trace.Text("user", "ada"), trace.Duration("left", time.Minute))
	trace.Next(ctx, trace.RoleCheck).Pass(trace.Text("user", "ada"), trace.Text("role", "user"))
	trace.Admit(ctx, "ada")
}

func passSessionDoor(ctx context.Context) {
	step := trace.Start(ctx, trace.CookieRead)
	trace.Present(ctx, trace.Credential{Kind: "cookie", Name: "session", Shown: "pZ3kQa…", Bytes: 43})
	step.Pass(trace.Number("bytes", 43), trace.Text("name", "session"), trace.Text("shown", "pZ3kQa…"))
	trace.Next(ctx, trace.SessionFind).In("memory of server 1").Pass()
	trace.Next(ctx, trace.SessionAge).Pass(trace.Duration("age", time.Minute), trace.Duration("lifetime", time.Hour),
		trace.Duration("idle", time.Second), trace.Duration("idle_timeout", time.Minute))
	trace.Next(ctx, trace.UserLoad).In("SQLite").Pass(trace.Text("user", "ada"), trace.Text("role", "user"))
	trace.Next(ctx, trace.RoleCheck).Pass(trace.Text("user", "ada"), trace.Text("role", "user"))
	trace.Admit(ctx, "ada")
}

// BenchmarkReport is what it takes to tell a front, and to be told.
func BenchmarkReport(b *testing.B) {
	sent := recorded()
	b.ReportAllocs()
	for b.Loop() {
		into, _ := begin()
		if err := into.Take(sent.Report()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTenSteps(b *testing.B) {
	r := httptest.NewRequest("GET", "/api/session/me", nil)
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		recorded := trace.Begin("AAAAAAAAAAAAAAAAAAAAAAAAAA", r, now)
		ctx := trace.With(r.Context(), recorded)
		for range 10 {
			step := trace.Start(ctx, trace.SessionFind)
			step.In("memory of server 1").Pass()
		}
		recorded.Finish(200, 412, 230)
	}
}

package trace_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/trace"
)

// A step is facts, and is read again as it was written.
func TestStepAsJSON(t *testing.T) {
	t.Parallel()
	step := trace.Step{
		Name: trace.SessionAge, Where: "SQLite", Why: trace.SessionIdle, Nanoseconds: 7, Source: "a.go:1",
		Facts: trace.Facts{trace.Text("user", "ada"), trace.Number("bytes", 43), trace.Duration("idle", 41*time.Second)},
	}
	text, err := json.Marshal(step)
	const want = `{"name":"session.age","ok":false,"where":"SQLite","why":"session.idle",` +
		`"facts":{"user":"ada","bytes":43,"idle_ns":41000000000},"ns":7,"source":"a.go:1"}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	var again trace.Step
	if err := json.Unmarshal(text, &again); err != nil || !sameStep(again, step) {
		t.Errorf("read again: %+v, %v", again, err)
	}
	for _, wrong := range []string{`[]`, `7`, `{"a":null}`, `{"a":[]}`, `{"a":{}}`, `{"a":true}`} {
		if err := json.Unmarshal([]byte(`{"facts":`+wrong+`}`), &again); err == nil {
			t.Errorf("%s are taken for facts", wrong)
		}
	}
}

func TestEachStepIsSomebodys(t *testing.T) {
	t.Parallel()
	for _, name := range trace.Names() {
		if what, does, found := strings.Cut(string(name), "."); !found || what == "" || does == "" || name.Actor() == "" {
			t.Errorf("%q is done by %q", name, name.Actor())
		}
	}
	if actor := trace.Name("session.lose").Actor(); actor != trace.Server {
		t.Errorf("a step that there is not is done by %q", actor)
	}
}

// The values of facts read as people write them.
func TestFactsAsText(t *testing.T) {
	t.Parallel()
	for want, fact := range map[string]trace.Fact{
		"ada": trace.Text("", "ada"), "-7": trace.Number("", -7), "41s": trace.Duration("", 41*time.Second), "12h": trace.Duration("", 12*time.Hour),
		"5m": trace.Duration("", 5*time.Minute), "21m30s": trace.Duration("", 21*time.Minute+30*time.Second), "9ms": trace.Duration("", 9*time.Millisecond), "": {},
	} {
		if got := fact.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

package trace_test

import (
	"encoding/json"
	"strings"
	"testing"

	"twodoors/web/trace"
)

// The API's form of a step: the name as text, with who did it.
func TestStepAsJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(trace.Step{Name: trace.SessionFind, OK: true, Saw: "SQLite: found", Nanoseconds: 7, Source: "a.go:1"})
	if want := `{"actor":"store","name":"session.find","ok":true,"saw":"SQLite: found","ns":7,"source":"a.go:1"}`; err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	var step trace.Step
	if err := json.Unmarshal(text, &step); err != nil || step.Name != trace.SessionFind {
		t.Errorf("read again: %+v, %v", step, err)
	}
}

func TestEachNameIsReadAgain(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name := trace.FrontPick; name <= trace.RoleChange; name++ {
		var again trace.Name
		if err := again.UnmarshalText([]byte(name.String())); err != nil || again != name {
			t.Errorf("%d %s: %d, %v", name, name, again, err)
		}
		if what, does, found := strings.Cut(name.String(), "."); !found || what == "" || does == "" || name.Actor() == "" || seen[name.String()] {
			t.Errorf("%d is called %q, and done by %q", name, name, name.Actor())
		}
		seen[name.String()] = true
	}
	if text, err := json.Marshal(trace.Trace{}); err != nil || !strings.Contains(string(text), `"reason":""`) {
		t.Errorf("nothing refused: %s, %v", text, err)
	}
	var none trace.Name
	if err := none.UnmarshalText([]byte("session.lose")); err == nil {
		t.Error("a step that there is not is read")
	}
}

package process

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Where the clock ticks too seldom for steps, pages say so, and doors are not compared by
// it. The program is built with such a clock.
func TestCoarseClockIsTold(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the program anew: ./test full")
	}
	coarse := filepath.Join(t.TempDir(), "twodoors")
	build := exec.Command("go", "build", "-trimpath", "-tags", "coarseclock", "-o", coarse, "twodoors/cmd/twodoors")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, said)
	}
	s := openAs(t, func(program *exec.Cmd) { program.Path = coarse })
	s.logIn()
	for _, a := range []answer{s.sessionMe(), s.tokenMe()} {
		page := s.call("GET", "/inspector/"+a.header.Get("Trace-Id"), "").body
		if !strings.Contains(page, "too short to tell") || strings.Contains(page, "0.0 µs") {
			t.Errorf("the inspector's page of %s shows what the clock cannot tell", a.body)
		}
	}
	compare := exec.Command(coarse, "experiment", "cost", "--json")
	out, _ := compare.Output()
	if compare.ProcessState.ExitCode() != 1 { // there is no figure to rely on
		t.Errorf("status %d", compare.ProcessState.ExitCode())
	}
	var costs struct {
		Kinds []struct {
			Name, Fault string
			NS          int64
		}
	}
	if err := json.Unmarshal(out, &costs); err != nil {
		t.Fatal(err)
	}
	for _, kind := range costs.Kinds {
		if kind.NS != 0 || !strings.Contains(kind.Fault, "the clock of this machine ticks every 500µs") {
			t.Errorf("%+v", kind)
		}
	}
	if len(costs.Kinds) == 0 {
		t.Errorf("%s", out)
	}
}

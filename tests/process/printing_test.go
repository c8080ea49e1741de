package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/go-json-experiment/json"
)

// printing are places in the program, each at a moment of a server's life, where somebody
// who looks for a fault prints a thousand lines.
var printing = map[string][]string{ // by file, what stands before them
	"cmd/twodoors/main.go":    {"func main() {\n\tout := os.Stdout\n\tos.Stdout = os.Stderr // behind a front, out is the control channel: what anybody prints goes to the log\n"},
	"cmd/twodoors/start.go":   {"func start(ctx context.Context, db *data.DB, config relay.StartConfig, alone bool, closing <-chan struct{}) (*running, error) {\n"},
	"cmd/twodoors/control.go": {"\t\tvar asked relay.Message\n", "func openControl(t terminal, config any) (*control, error) {\n"},
	"web/server/account.go":   {"func (s *Server) me(w http.ResponseWriter, _ *http.Request, visitor door.Visitor) {\n"},
}

// A server may print what it likes, at every moment of its life: it goes to the log, and
// harms neither settings nor keys nor the buttons nor the end.
func TestServerThatPrints(t *testing.T) {
	t.Parallel()
	program := buildWith(t, printing)
	s := openAs(t, func(cmd *exec.Cmd) { cmd.Path = program }, "--servers=2", "--balance=round-robin", "--store=sqlite")
	s.logIn()
	for range 4 {
		if a, b := s.sessionMe(), s.tokenMe(); a.status != 200 || b.status != 200 {
			t.Errorf("%d %d", a.status, b.status)
		}
	}
	s.patch(`{"alg":"ES256","access_lifetime":"2m"}`)
	for _, press := range []string{"/api/keys/rotate", "/api/servers/1/crash?wait=1", "/api/servers/2/restart?wait=1", "/api/servers/1/stop?wait=1", "/api/servers/1/start?wait=1"} {
		if a := s.call("POST", press, ""); a.status != 200 {
			t.Errorf("%s: %d %s", press, a.status, a.body)
		}
	}
	s.logIn()
	if a, b := s.sessionMe(), s.tokenMe(); a.status != 200 || b.status != 200 {
		t.Errorf("afterwards: %d %d", a.status, b.status)
	}
	s.Log.Await(t, "looking for a fault 999")
	s.Cmd.Process.Signal(syscall.SIGINT)
	if err := s.Ended(t); err != nil {
		t.Errorf("interrupted, it ended with %v", err)
	}
}

// buildWith builds the program with lines in it that print.
func buildWith(t *testing.T, places map[string][]string) (program string) {
	t.Helper()
	folder := t.TempDir()
	top, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	replaced := map[string]string{}
	for file, before := range places {
		text, err := os.ReadFile(filepath.Join(top, file))
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(text), "import (\n", "import (\n\tprinter \"fmt\"\n", 1)
		for _, place := range before {
			if strings.Count(changed, place) != 1 {
				t.Fatalf("%s has no longer one place %q", file, place)
			}
			changed = strings.Replace(changed, place, place+"for i := range 1000 {\nprinter.Println(\"looking for a fault\", i)\n}\n", 1)
		}
		name := filepath.Join(folder, strings.ReplaceAll(file, "/", "_"))
		if err := os.WriteFile(name, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		replaced[filepath.Join(top, file)] = name
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "overlay.json"), overlay, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(folder, "twodoors")
	build := exec.Command("go", "build", "-trimpath", "-overlay", filepath.Join(folder, "overlay.json"), "-o", program, "twodoors/cmd/twodoors")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

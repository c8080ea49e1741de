package process

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The terminal tour of the README works as it is pasted, and ends as it says.
func TestTourOfTheReadme(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"bash", "curl", "sed"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	tour := regexp.MustCompile("(?s)```\n(U=http.*?)```").FindStringSubmatch(string(text))
	if tour == nil {
		t.Fatal("README.md has no tour that begins with U=http")
	}
	s := open(t)
	pasted := exec.CommandContext(t.Context(), "bash")
	pasted.Dir = t.TempDir()
	pasted.Stdin = strings.NewReader("curl() { command curl -sS -w '\\n%{http_code}\\n' \"$@\"; }\n" +
		strings.Replace(tour[1], "http://localhost:8080", s.URL, 1))
	out, err := pasted.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got := regexp.MustCompile(`(?m)^\d{3}$`).FindAllString(string(out), -1)
	if want := []string{"200", "200", "200", "200", "401", "200", "200"}; !slices.Equal(got, want) {
		t.Errorf("answered %v, want %v: %s", got, want, out)
	}
	if !strings.Contains(string(out), `"session.unknown"`) {
		t.Errorf("the last two traces do not say that the session is unknown: %s", out)
	}
}

// Package architecture keeps true what docs/architecture.md and CONTRIBUTING.md say of the code.
package architecture

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"twodoors/tests/prepared"
)

// asked is how often the protected page is called more in one run than in the other: a
// line that runs that much more often is on the way of each request.
const asked = 50

// docs/architecture.md names each file of ours that one request goes through.
func TestDocumentNamesTheFilesOfARequest(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the program anew: ./test full")
	}
	document, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	program := buildCovered(t)
	for _, door := range []string{"session", "token"} {
		few, many := run(t, program, door, 1), run(t, program, door, 1+asked)
		var files []string
		for place, count := range many {
			file, _, _ := strings.Cut(place, ":")
			if count-few[place] >= asked && !slices.Contains(files, file) {
				files = append(files, file)
			}
		}
		slices.Sort(files)
		if len(files) < 10 {
			t.Fatalf("%s: only %d files are on the way: %v", door, len(files), files)
		}
		for _, file := range files {
			if !bytes.Contains(document, []byte("](../"+file+")")) {
				t.Errorf("%s: the request goes through %s, which docs/architecture.md does not name", door, file)
			}
		}
		t.Logf("%s: %d files: %s", door, len(files), strings.Join(files, " "))
	}
}

func buildCovered(t *testing.T) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "twodoors")
	command := exec.Command("go", "build", "-trimpath", "-cover", "-covermode=atomic", "-coverpkg=twodoors/...", "-o", program, "twodoors/cmd/twodoors")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}

// run starts a site, logs in at a door, calls its protected page so often, and returns how
// often each place of our code ran, in front and server together.
func run(t *testing.T, program, door string, calls int) map[string]int {
	t.Helper()
	counters, db := t.TempDir(), filepath.Join(t.TempDir(), "t.db")
	prepared.Database(t, db)
	site := exec.Command(program, "--listen=localhost:0", "--db="+db)
	site.Env = append(os.Environ(), "GOCOVERDIR="+counters)
	out, err := site.StdoutPipe()
	if err == nil {
		err = site.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer site.Process.Kill()
	line, _ := bufio.NewReader(out).ReadString('\n')
	url := strings.TrimSpace(strings.TrimPrefix(line, "Two Doors is open at "))
	visit(t, url, door, calls)
	site.Process.Signal(os.Interrupt)
	if err := site.Wait(); err != nil {
		t.Fatal(err)
	}
	return countersIn(t, counters)
}

func visit(t *testing.T, url, door string, calls int) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	login, err := client.Post(url+"/api/"+door+"/login", "application/json", strings.NewReader(`{"username": "ada", "password": "lovelace"}`))
	if err != nil {
		t.Fatal(err)
	}
	var issued struct {
		Token string `json:"access_token"`
	}
	err = json.UnmarshalRead(login.Body, &issued)
	login.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	for range calls {
		r, _ := http.NewRequest(http.MethodGet, url+"/api/"+door+"/me", nil)
		if issued.Token != "" {
			r.Header.Set("Authorization", "Bearer "+issued.Token)
		}
		answer, err := client.Do(r)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", answer, err)
		}
		answer.Body.Close()
	}
}

// countersIn reads what covered processes left in a folder: by place, as
// "web/front/forward.go:25.74,30.2".
func countersIn(t *testing.T, folder string) map[string]int {
	t.Helper()
	profile := filepath.Join(folder, "profile")
	if out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i="+folder, "-o="+profile).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for line := range strings.Lines(string(text)) {
		place, found := strings.CutPrefix(line, "twodoors/")
		if !found {
			continue // the first line is the mode
		}
		fields := strings.Fields(place)
		count, err := strconv.Atoi(fields[2])
		if err != nil {
			t.Fatal(fmt.Errorf("a line of the profile: %q", line))
		}
		counts[fields[0]] += count
	}
	return counts
}

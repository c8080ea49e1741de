// Package site builds Two Doors and runs it for tests, as people run it: the real
// program, on a free port, with a database of its own.
package site

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/tests/prepared"
)

// programVariable names the built program.
const programVariable = "TWODOORS_PROGRAM"

// Program is the built program's path, while RunTests runs. Go keeps the result of a
// test until something changes that the test has looked at, so each looks at this file.
func Program() string {
	path := os.Getenv(programVariable)
	os.Stat(path)
	return path
}

// RunTests runs the tests of a package with the program, which it builds when nobody
// has, and returns their exit status.
func RunTests(m *testing.M) int {
	folder, err := os.MkdirTemp("", "twodoors")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	if Program() == "" {
		os.Setenv(programVariable, filepath.Join(folder, "twodoors"))
		build := exec.Command("go", "build", "-trimpath", "-o", Program(), "twodoors/cmd/twodoors")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return 1
		}
	}
	return m.Run()
}

// Site is a running program.
type Site struct {
	URL    string
	DB     string // the database's file
	Cmd    *exec.Cmd
	Log    *Log
	exited chan error // gets how it ended
}

// Log is what the program wrote to standard error.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Await waits for something in the log, which comes later than what it tells of, and returns what the groups of the
// pattern match.
func (l *Log) Await(t *testing.T, pattern string) []string {
	t.Helper()
	awaited := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if found := awaited.FindStringSubmatch(l.String()); found != nil {
			return found
		}
		if time.Now().After(deadline) {
			t.Fatalf("not in the log within a minute: %s", pattern)
		}
	}
}

// Ended waits until the program has ended, and returns how: nil when it did as it was asked to.
func (s *Site) Ended(t *testing.T) error {
	t.Helper()
	select {
	case err := <-s.exited:
		return err
	case <-time.After(time.Minute):
		t.Fatal("the program has not ended within a minute")
		return nil
	}
}

// Open starts the program on a database, waits for the one line that it prints,
// and kills it when the test ends. A database that is not there is put there, as the
// program itself would have made it. The command is "serve" unless the arguments begin
// with another.
func Open(t *testing.T, db string, arguments ...string) *Site {
	t.Helper()
	return OpenAs(t, db, func(*exec.Cmd) {}, arguments...)
}

// OpenAs is Open for who changes how the program is run.
func OpenAs(t *testing.T, db string, change func(*exec.Cmd), arguments ...string) *Site {
	t.Helper()
	prepared.Database(t, db)
	if len(arguments) == 0 || strings.HasPrefix(arguments[0], "-") {
		arguments = append([]string{"serve"}, arguments...)
	}
	s := &Site{DB: db, Log: &Log{}, exited: make(chan error, 1)}
	s.Cmd = exec.Command(Program(), append([]string{arguments[0], "--listen=localhost:0", "--db=" + db}, arguments[1:]...)...)
	s.Cmd.Stderr = s.Log
	out, err := s.Cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	running, lives, err := os.Pipe() // all processes of the site hold the writing end until they end
	if err != nil {
		t.Fatal(err)
	}
	s.Cmd.ExtraFiles = []*os.File{lives}
	change(s.Cmd)
	if err := s.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lives.Close()
	ended := make(chan struct{})
	t.Cleanup(func() {
		s.Cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("log:\n%s", s.Log)
		}
	})
	line, _ := bufio.NewReader(out).ReadString('\n')
	go func() { // ends when the program has, and its servers
		err := s.Cmd.Wait()
		io.Copy(io.Discard, running)
		running.Close()
		s.exited <- err
		close(ended)
	}()
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "Two Doors is open at ")
	if !ok {
		t.Fatalf("the program said %q and %s", line, s.Log)
	}
	s.URL = url
	return s
}

//go:build unix

package process

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"twodoors/tests/prepared"
	"twodoors/tests/site"
)

// fullPipe returns a pipe into which nothing fits until somebody reads.
func fullPipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { read.Close(); write.Close() })
	write.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	if _, err := write.Write(bytes.Repeat([]byte(filler), 1<<16)); err == nil {
		t.Fatal("the pipe is endless")
	}
	return read, write
}

const filler = "filling\n" // fits a pipe without a rest

// X9: a paused terminal, or a pager at its first page, takes lines of the log and nothing
// else. The log says how many, once it flows again.
func TestLogThatNobodyReadsStopsNothing(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"serve", "server"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			read, write := fullPipe(t)
			s := openAs(t, func(program *exec.Cmd) { program.Stderr = write }, command)
			s.logALot()
			if command == "serve" {
				s.lastWordsOfAServer()
			}
			write.Close()
			flowing := &site.Log{}
			go io.Copy(flowing, read)
			dropped := regexp.MustCompile(`(?m)^time=\S+Z level=WARN msg="[^"]*dropped" lines=[1-9]\d*$`)
			s.until("the log says that lines were dropped", func() bool { return dropped.MatchString(flowing.String()) })
			s.call("POST", "/api/session/login", ada)
			s.until("what is logged afterwards arrives", func() bool { return strings.Contains(flowing.String(), "msg=login ") })
			for line := range strings.Lines(flowing.String()) {
				if line != filler && !strings.HasPrefix(line, "time=") && command == "server" { // else there are last words
					t.Errorf("not a whole record: %q", line)
					break
				}
			}
		})
	}
}

// X8: and it ends as it would.
func TestLogThatNobodyReadsDelaysNoEnd(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"serve", "server"} {
		_, write := fullPipe(t)
		s := openAs(t, func(program *exec.Cmd) { program.Stderr = write }, command)
		s.logALot()
		s.Cmd.Process.Signal(os.Interrupt)
		if err := s.Ended(t); err != nil {
			t.Errorf("%s: %v", command, err)
		}
	}
}

// logALot has more logged than a pipe and the program's own memory for it hold.
func (s *visit) logALot() {
	s.t.Helper()
	name := strings.Repeat("long-", 10)
	for range 3000 {
		a := s.call("POST", "/api/session/login", `{"username":"`+name+`","password":"wrong-password"}`)
		if a.status != 401 && a.status != 429 {
			s.t.Fatalf("%d %s", a.status, a.body)
		}
	}
}

// lastWordsOfAServer kills one with a dump of what it does, which is not written by way
// of the log: another takes its place.
func (s *visit) lastWordsOfAServer() {
	s.t.Helper()
	before := s.servers()[0].PID
	kill(before, syscall.SIGQUIT)
	s.until("another server serves", func() bool {
		now := s.servers()[0]
		return now.PID != before && now.State == "ready"
	})
}

// The reader of the log, or of standard output, may be gone altogether, or never have been
// there: the site is open.
func TestOutputThatNobodyTakes(t *testing.T) {
	t.Parallel()
	for what, redirect := range map[string]string{
		"closed":          ">&- 2>&-",
		"readers gone":    "> >(true) 2> >(true)",
		"full for ever":   ">&3 2>&3",
		"standard output": ">&3",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			_, full := fullPipe(t)
			db := filepath.Join(t.TempDir(), "t.db")
			prepared.Database(t, db)
			address := freeAddress(t)
			program := exec.Command("bash", "-c", fmt.Sprintf(`exec "$0" "$@" %s`, redirect), site.Program(), "--listen="+address, "--db="+db)
			program.ExtraFiles = []*os.File{full}
			if err := program.Start(); err != nil {
				t.Fatal(err)
			}
			exited := make(chan error, 1)
			go func() { exited <- program.Wait() }()
			t.Cleanup(func() { program.Process.Kill() })
			s := visiting(t, &site.Site{URL: "http://" + address, Cmd: program})
			s.until("the site answers", func() bool {
				a, err := s.try("GET", "/readyz", "")
				return err == nil && a.status == 200
			})
			for range 20 {
				s.logIn()
			}
			program.Process.Signal(os.Interrupt)
			select {
			case err := <-exited:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(20 * time.Second):
				t.Error("it does not end")
			}
		})
	}
}

// freeAddress is an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

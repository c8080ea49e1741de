//go:build unix

package process

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// hold begins a request and does not finish it, which keeps a graceful end waiting.
func (s *visit) hold() {
	s.t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { connection.Close() })
	fmt.Fprint(connection, "POST /api/session/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n")
	if line, err := bufio.NewReader(connection).ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		s.t.Fatalf("%v %q", err, line)
	}
}

// X8: whoever interrupts a second time waits for nothing.
func TestSecondInterruptEndsAtOnce(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"serve", "server"} {
		s := open(t, command)
		s.hold()
		s.Cmd.Process.Signal(os.Interrupt)
		s.until("it takes no more connections", func() bool {
			connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
			if err == nil {
				connection.Close()
			}
			return err != nil
		})
		s.Cmd.Process.Signal(os.Interrupt)
		err := s.Ended(t)
		exit, failed := err.(*exec.ExitError)
		if !failed || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
			t.Errorf("%s ended with %v", command, err)
		}
	}
}

// X8: a terminal sends an interrupt, and its own end, to every process that was started
// there. The front decides what that means for those that it started.
func TestSignalOfTheTerminalEndsGracefully(t *testing.T) {
	t.Parallel()
	for _, asks := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM} {
		t.Run(asks.String(), func(t *testing.T) {
			t.Parallel()
			heard := make(chan os.Signal, 1)
			signal.Notify(heard, asks) // a signal that is ignored here, as under nohup, would be ignored there
			s := openAs(t, func(program *exec.Cmd) {
				program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			}, "--servers=2", "--store=redis")
			signal.Stop(heard)
			s.logIn()
			kill(-s.Cmd.Process.Pid, asks)
			if asks != syscall.SIGINT { // may come twice, from the kernel and from the shell
				kill(-s.Cmd.Process.Pid, asks)
			}
			if err := s.Ended(t); err != nil {
				t.Error(err)
			}
			if log := s.Log.String(); strings.Contains(log, "crashed") || strings.Contains(log, "ended by itself") {
				t.Errorf("the log tells of a crash:\n%s", log)
			}
		})
	}
}

// Under nohup a site outlives its terminal.
func TestSiteUnderNohupStays(t *testing.T) {
	t.Parallel()
	s := openAs(t, func(program *exec.Cmd) {
		program.Path, program.Args = "/bin/sh", append([]string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`}, program.Args...)
	})
	s.Cmd.Process.Signal(syscall.SIGHUP)
	for range 20 {
		s.logIn()
	}
}

//go:build unix

package postgresd_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"twodoors/web/postgresd"
)

// asProcess is the environment variable by which this test knows that it is a process that makes a cluster in the folder
// that it names, and keeps it until its input ends.
const asProcess = "TWODOORS_POSTGRESD_FOLDER"

func TestMain(m *testing.M) {
	folder, child := os.LookupEnv(asProcess)
	if !child {
		os.Exit(m.Run())
	}
	cluster, err := postgresd.Make(folder)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(cluster.Address(postgresd.Initial))
	io.Copy(io.Discard, os.Stdin)
	cluster.Close()
}

// folder is an empty one that anybody can reach.
func folder(t *testing.T) string {
	t.Helper()
	if !postgresd.Available(os.TempDir()) {
		t.Skip("this machine has no PostgreSQL")
	}
	made, err := os.MkdirTemp("", "postgresd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(made) })
	return made
}

// A cluster answers whoever has the password; it does so again after it was stopped, restarted and killed, at the same
// address. Nothing is left of it when it is closed.
func TestPostgreSQLComesBack(t *testing.T) {
	t.Parallel()
	made := folder(t)
	cluster, err := postgresd.Make(made)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	address := cluster.Address(postgresd.Initial)
	expect := func(is string) {
		t.Helper()
		if got := greet(t, address); got != is {
			t.Errorf("it is %s, not %s", got, is)
		}
	}
	expect("asking for a password")
	first := pid(t, made)
	if err := cluster.Restart(); err != nil {
		t.Fatal(err)
	}
	expect("asking for a password")
	if second := pid(t, made); second == first {
		t.Error("it is the same process")
	}
	for name, end := range map[string]func() error{"stopped": cluster.Stop, "killed": cluster.Crash} {
		if err := end(); err != nil {
			t.Fatal(name, err)
		}
		until(t, name, func() bool { return greet(t, address) == "away" })
		if err := cluster.Start(); err != nil {
			t.Fatal(name, err)
		}
		expect("asking for a password")
	}
	last := pid(t, made)
	cluster.Close()
	expect("away")
	if _, err := os.Stat(made); err == nil || alive(last) {
		t.Error("something is left")
	}
}

// Whoever looks at the processes or the files of a cluster does not find its password.
func TestPasswordIsNowhere(t *testing.T) {
	t.Parallel()
	made := folder(t)
	cluster, err := postgresd.Make(made)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	address, _ := url.Parse(cluster.Address(postgresd.Initial))
	password, _ := address.User.Password()
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	files, _ := filepath.Glob(filepath.Join(made, "*"))
	seen := false
	for _, name := range append(lines, files...) {
		text, _ := os.ReadFile(name)
		seen = seen || bytes.Contains(text, []byte("keeper"))
		if bytes.Contains(text, []byte(password)) {
			t.Error("the password is in", name)
		}
	}
	if !seen && len(lines) > 0 {
		t.Error("the keeper was not looked at")
	}
	if about, err := os.Stat(made); err != nil || about.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", about.Mode(), err)
	}
}

// A killed process leaves no PostgreSQL and no cluster, also when it is killed while that is made.
func TestKilledProcessLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, early := range []bool{false, true} {
		made := folder(t)
		process := exec.Command(os.Args[0])
		process.Env = append(os.Environ(), asProcess+"="+made)
		out, _ := process.StdoutPipe()
		if _, err := process.StdinPipe(); err != nil {
			t.Fatal(err)
		}
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		running := 0
		if early {
			until(t, "it begins", func() bool { return exists(filepath.Join(made, "data", "PG_VERSION")) })
		} else {
			line, _ := bufio.NewReader(out).ReadString('\n')
			if greet(t, strings.TrimSpace(line)) != "asking for a password" {
				t.Fatal("it said", line)
			}
			running = pid(t, made)
		}
		process.Process.Kill()
		process.Wait()
		until(t, "the cluster has gone", func() bool { return isEmpty(made) }) // whose folder it is removes that
		if running > 0 {
			until(t, "PostgreSQL has ended", func() bool { return !alive(running) })
		}
	}
}

// A standby follows, at another address, and goes by itself.
func TestStandby(t *testing.T) {
	t.Parallel()
	first, err := postgresd.Make(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	made := folder(t)
	second, err := first.Standby(made)
	if err != nil {
		t.Fatal(err)
	}
	if first.Host() == second.Host() || greet(t, second.Address(postgresd.Initial)) != "asking for a password" || !exists(filepath.Join(made, "data", "standby.signal")) {
		t.Errorf("%s and %s", first.Host(), second.Host())
	}
	second.Close()
	if exists(made) || first.PID() == 0 {
		t.Error("the standby is left, or the other one went with it")
	}
}

// Where PostgreSQL cannot run there is none, and what does not start says why in one line.
func TestPostgreSQLThatCannotRun(t *testing.T) {
	t.Parallel()
	made := folder(t)
	if os.Getuid() == 0 {
		closed := t.TempDir()
		os.Chmod(closed, 0o700)
		if postgresd.Available(closed) {
			t.Error("nobody but root can go there")
		}
	}
	if err := os.WriteFile(filepath.Join(made, "data"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cluster, err := postgresd.Make(made)
	if cluster != nil || err == nil || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "run PostgreSQL: it was not made: initdb: ") {
		t.Errorf("%v", err)
	}
}

// greet begins a conversation with a PostgreSQL, which says that it wants a password. See "Message Formats" in its manual.
func greet(t *testing.T, address string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", parsed.Host)
	if err != nil {
		return "away"
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	parameters := "\x00\x03\x00\x00user\x00postgres\x00database\x00postgres\x00\x00"
	conn.Write(append([]byte{0, 0, 0, byte(4 + len(parameters))}, parameters...))
	answer := make([]byte, 9)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return "away"
	}
	if answer[0] == 'R' && answer[8] == 10 {
		return "asking for a password"
	}
	return string(answer)
}

func pid(t *testing.T, made string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(made, "data", "postmaster.pid"))
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(first)
	if pid == 0 {
		t.Fatal("no PostgreSQL:", err)
	}
	return pid
}

// alive reports whether a process runs. One that has ended and that nobody has asked for does not.
func alive(pid int) bool {
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		return !strings.Contains(string(text), ") Z ")
	}
	return syscall.Kill(pid, 0) == nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// isEmpty reports whether nothing is in a folder, or the folder has gone.
func isEmpty(folder string) bool {
	entries, _ := os.ReadDir(folder)
	return len(entries) == 0
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for patience := time.After(30 * time.Second); !done(); {
		select {
		case <-patience:
			t.Fatal("still not so: ", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

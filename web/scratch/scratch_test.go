package scratch_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"twodoors/web/scratch"
)

const prefix = "rooms-"

// asProcess is the environment variable by which this test knows that it is a process that
// makes a folder in the one that it names, and keeps it until its input ends.
const asProcess = "TWODOORS_SCRATCH_PARENT"

func TestMain(m *testing.M) {
	parent, child := os.LookupEnv(asProcess)
	if !child {
		os.Exit(m.Run())
	}
	folder, err := scratch.Make(parent, prefix)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(folder.Path())
	io.Copy(io.Discard, os.Stdin)
	folder.Remove()
}

// process is another process, which has a folder.
func process(t *testing.T, parent string) (command *exec.Cmd, folder string) {
	t.Helper()
	command = exec.Command(os.Args[0])
	command.Env = append(os.Environ(), asProcess+"="+parent)
	if _, err := command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill(); command.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	folder = strings.TrimSpace(line)
	if err := os.WriteFile(filepath.Join(folder, "a.db"), []byte("keys"), 0o600); err != nil {
		t.Fatal(err)
	}
	return command, folder
}

// K3, A11: a killed process leaves its folder until the next one begins; that of a process that
// lives stays.
func TestFolderOfAKilledProcessIsRemoved(t *testing.T) {
	t.Parallel()
	parent := filepath.Join(t.TempDir(), "rooms [1]")
	_, living := process(t, parent)
	killed, left := process(t, parent)
	killed.Process.Kill()
	killed.Wait()
	if !exists(left) {
		t.Fatal("the killed process left nothing")
	}
	mine, err := scratch.Make(parent, prefix)
	if err != nil {
		t.Fatal(err)
	}
	if exists(left) || !exists(living) || !exists(mine.Path()) {
		t.Errorf("left behind %v, in use %v, new %v", exists(left), exists(living), exists(mine.Path()))
	}
	if info, err := os.Stat(mine.Path()); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	scratch.RemoveAbandoned(parent, prefix)
	if !exists(mine.Path()) {
		t.Error("a process takes its own folder for one that was left behind")
	}
	mine.Remove()
	if exists(mine.Path()) || !exists(living) {
		t.Error("it removes another folder than its own")
	}
}

// What is not ours stays: other names, files, links, what a link leads to, and a folder of our
// name with something in it and no lock.
func TestNothingElseIsTouched(t *testing.T) {
	t.Parallel()
	parent, elsewhere := t.TempDir(), t.TempDir()
	write := func(folder, name string) {
		t.Helper()
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(elsewhere, "lock")
	write(filepath.Join(parent, "other"), "lock")
	write(filepath.Join(parent, prefix+"others"), "file")
	write(filepath.Join(parent, prefix+"with-link"), "file")
	write(parent, prefix+"file")
	for from, to := range map[string]string{
		filepath.Join(parent, prefix+"link"):              elsewhere,
		filepath.Join(parent, prefix+"with-link", "lock"): filepath.Join(elsewhere, "lock"),
	} {
		if err := os.Symlink(to, from); err != nil {
			t.Skip(err)
		}
	}
	scratch.RemoveAbandoned(parent, prefix)
	if entries, _ := os.ReadDir(parent); len(entries) != 5 {
		t.Errorf("of five there are left %v", entries)
	}
	if entries, _ := os.ReadDir(elsewhere); len(entries) != 1 {
		t.Errorf("elsewhere there are now %v", entries)
	}
}

// Where no folder can be made, one sentence says where and why.
func TestFolderThatCannotBeMade(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	folder, err := scratch.Make(file, prefix)
	if folder != nil || err == nil || err.Error() != "cannot create a folder in "+file+": not a directory" {
		t.Errorf("%v", err)
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

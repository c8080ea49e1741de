//go:build unix

package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// While ./test installs, it forbids Debian to start services. However it ends, nothing of
// that is left: else no service would ever start on that machine again. What it has started
// ends with it, also when the signal was for the script alone.
func TestInstallingLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		signal  syscall.Signal // sent while it installs; 0 to let it go on
		install string         // what apt-get does
		before  string         // the policy that is there
	}{
		"interrupted":           {syscall.SIGINT, "exec sleep 60", ""},
		"ended":                 {syscall.SIGTERM, "exec sleep 60", ""},
		"terminal closed":       {syscall.SIGHUP, "exec sleep 60", ""},
		"failing":               {0, "exit 100", ""},
		"installed":             {0, "exit 0", ""},
		"policy of another":     {syscall.SIGINT, "exec sleep 60", "#!/bin/sh\nexit 101\n"},
		"policy of another run": {0, "exit 0", "#!/bin/sh\n# by ./test, while it installs\nexit 101\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			policy, seen, pid := filepath.Join(folder, "policy"), filepath.Join(folder, "seen"), filepath.Join(folder, "pid")
			if test.before != "" {
				os.WriteFile(policy, []byte(test.before), 0o755)
			}
			run := installing(t, folder, "0", fmt.Sprintf("[ $1 = update ] && exit 0\necho $$ >%s\ncp %s %s.part && mv %[3]s.part %[3]s\n%s\n", pid, policy, seen, test.install))
			run.Env = append(run.Env, "TWODOORS_POLICY="+policy)
			err := run.Start()
			if err != nil {
				t.Fatal(err)
			}
			exited := make(chan error, 1)
			go func() { exited <- run.Wait() }()
			var during []byte
			until(t, "it installs", func() (begun bool) {
				during, err = os.ReadFile(seen)
				return err == nil
			})
			if !strings.Contains(string(during), "exit 101") {
				t.Errorf("while it installs the policy is %q", during)
			}
			if test.signal != 0 {
				kill(run.Process.Pid, test.signal)
			}
			if err := <-exited; err == nil {
				t.Error("it ended well")
			}
			installer := number(t, pid)
			until(t, "apt-get has ended", func() bool { return !alive(installer) }) // the system may take a moment to see it
			after, _ := os.ReadFile(policy)
			if want := test.before; strings.Contains(want, "./test") && len(after) > 0 || !strings.Contains(want, "./test") && string(after) != want {
				t.Errorf("it leaves the policy %q", after)
			}
		})
	}
}

// Where it may not install, ./test names all that is missing at once.
func TestWhatIsMissingIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	said, err := installing(t, t.TempDir(), "1000", "exit 0\n").CombinedOutput()
	if err == nil {
		t.Error("it ended well")
	}
	for _, name := range []string{"gcc", "chromium-headless-shell", "nodejs", "npm", "redis-server", "redis-sentinel"} {
		if !strings.Contains(string(said), name) {
			t.Errorf("%s is not named: %s", name, said)
		}
	}
}

// number reads a file that holds one.
func number(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// installing is ./test on a machine where nearly everything has to be installed, by the
// user of that number.
func installing(t *testing.T, folder, user, aptGet string) *exec.Cmd {
	t.Helper()
	script, err := os.ReadFile("../../test")
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(folder, "bin")
	os.Mkdir(bin, 0o755)
	for _, name := range []string{"bash", "dirname", "grep", "chmod", "rm", "cp", "mv", "sleep", "git"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skip(err)
		}
		os.Symlink(path, filepath.Join(bin, name))
	}
	os.WriteFile(filepath.Join(bin, "id"), []byte("#!/bin/sh\necho "+user+"\n"), 0o755)
	os.WriteFile(filepath.Join(bin, "apt-get"), []byte("#!/bin/sh\n"+aptGet), 0o755)
	os.WriteFile(filepath.Join(folder, "test"), script, 0o755)
	run := exec.Command("/bin/bash", filepath.Join(folder, "test"))
	run.Env = []string{"PATH=" + bin}
	return run
}

package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"twodoors/tests/site"
)

// K3: the folder of an experiment has a database with keys in it. When its process is
// killed, the next start removes it; one whose process lives stays, however old.
func TestFoldersOfKilledExperimentsAreRemoved(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	begin := func() (program *exec.Cmd, folder string) {
		before := filled(temporary)
		program = exec.Command(site.Program(), "experiment", "survive")
		program.Env = append(os.Environ(), "TMPDIR="+temporary)
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { program.Process.Kill(); program.Wait() })
		until(t, "it has a folder", func() bool {
			fresh := slices.DeleteFunc(filled(temporary), func(one string) bool { return slices.Contains(before, one) })
			if len(fresh) > 0 {
				folder = fresh[0]
			}
			return folder != ""
		})
		return program, folder
	}
	living, kept := begin()
	killed, left := begin()
	killed.Process.Kill()
	killed.Wait()
	long := time.Now().Add(-100 * time.Hour)
	if err := os.Chtimes(kept, long, long); err != nil {
		t.Fatal(err)
	}
	open := func() {
		openAs(t, func(program *exec.Cmd) { program.Env = append(os.Environ(), "TMPDIR="+temporary) })
	}
	until(t, "its servers, which write until then, have ended", func() bool { return len(descendants(killed.Process.Pid)) == 0 })
	open()
	if now := filled(temporary); slices.Contains(now, left) || !slices.Contains(now, kept) {
		t.Errorf("%s was left behind, %s is in use; now there are %v", left, kept, now)
	}
	living.Process.Signal(os.Interrupt)
	living.Wait()
	if all, _ := os.ReadDir(temporary); len(all) > 0 {
		t.Errorf("an experiment that was interrupted leaves %v", all)
	}
}

// filled are the folders that have a database.
func filled(temporary string) []string {
	files, _ := filepath.Glob(filepath.Join(temporary, "*", "*.db"))
	for i, file := range files {
		files[i] = filepath.Dir(file)
	}
	return files
}

// What looks like a folder of an experiment may have been put there by somebody else.
func TestRemovingAbandonedFoldersTouchesNothingElse(t *testing.T) {
	t.Parallel()
	temporary, elsewhere := t.TempDir(), t.TempDir()
	for name, inside := range map[string]string{"link": "", "of-links": "lock", "others": "file"} {
		path := filepath.Join(temporary, "twodoors-lab-"+name)
		var err error
		switch inside {
		case "":
			err = os.Symlink(elsewhere, path)
		case "lock":
			err = os.Mkdir(path, 0o700)
			os.Symlink(filepath.Join(elsewhere, "made"), filepath.Join(path, inside))
		default:
			err = os.Mkdir(path, 0o700)
			os.WriteFile(filepath.Join(path, inside), nil, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	os.WriteFile(filepath.Join(elsewhere, "lock"), nil, 0o600)
	openAs(t, func(program *exec.Cmd) { program.Env = append(os.Environ(), "TMPDIR="+temporary) })
	if all, _ := os.ReadDir(elsewhere); len(all) != 1 {
		t.Errorf("elsewhere there are now %v", all)
	}
	if all, _ := os.ReadDir(temporary); len(all) != 3 {
		t.Errorf("of three there are left %v", all)
	}
}

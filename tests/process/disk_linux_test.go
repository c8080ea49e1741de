package process

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/tests/prepared"
	"twodoors/tests/site"
)

// The disk is full: a start says so and leaves nothing behind; a running site says so,
// and goes on when there is room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=1m")
	fill(t, disk, 24<<10)
	if out, status := run(t, "--listen=localhost:0", "--db="+filepath.Join(disk, "new", "t.db")); status != 1 || !strings.Contains(out, "its disk is full") || strings.Count(out, "\n") != 1 {
		t.Errorf("start: status %d, %q", status, out)
	}
	if left, _ := os.ReadDir(disk); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	empty(t, disk)

	s := openOn(t, filepath.Join(disk, "t.db"), "--store=sqlite")
	s.logIn()
	fill(t, disk, 0)
	s.until("a login is refused", func() bool {
		a := s.call("POST", "/api/session/login", ada)
		if a.status != 200 && (a.status != 503 || !strings.Contains(a.body, "its disk is full. Free some space")) {
			t.Fatalf("login: %d %s", a.status, a.body)
		}
		return a.status == 503
	})
	if a := s.sessionMe(); a.status != 200 {
		t.Errorf("a session from before: %d %s", a.status, a.body)
	}
	empty(t, disk)
	s.logIn()
}

// The database of a room is a copy of a template. Where no copy can be made the fault says
// why, and nothing is left of it.
func TestCopyWithoutRoomOnTheDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=1m")
	template, err := sqlite.NewTemplate(t.Context(), t.TempDir(), func(context.Context, *data.DB) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	fill(t, disk, 24<<10)
	expect := func(kind data.Kind, says string) {
		t.Helper()
		made, err := template.Copy(filepath.Join(disk, "a.db"))
		if made != nil || data.KindOf(err) != kind || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v", err)
		}
		if left, _ := os.ReadDir(disk); len(left) != 1 {
			t.Errorf("left behind: %v", left)
		}
	}
	expect(data.Full, "its disk is full (no space left on device): free some space")
	if err := syscall.Mount("none", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=1m"); err != nil {
		t.Fatal(err)
	}
	expect(data.ReadOnly, "make both writable")
}

// Whoever may not write the file, its folder, or not even read it, is told so at the start.
func TestStartWithoutPermission(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can run a program as somebody else")
	}
	folder := t.TempDir()
	program, db := filepath.Join(folder, "twodoors"), filepath.Join(folder, "closed", "t.db")
	prepared.Database(t, db)
	err := errors.Join(exec.Command("cp", site.Program(), program).Run(), os.Chmod(filepath.Dir(folder), 0o755), os.Chown(db, 65534, 65534))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		folder, file os.FileMode
		says         string
	}{
		{0o755, 0o400, "read-only"},
		{0o755, 0o600, "read-only"}, // the file may be written, and its log not be made
		{0o755, 0o000, "permission denied"},
		{0o700, 0o600, "permission denied"},
	} {
		if err := errors.Join(os.Chmod(filepath.Dir(db), test.folder), os.Chmod(db, test.file)); err != nil {
			t.Fatal(err)
		}
		start := exec.Command(program, "--listen=localhost:0", "--db="+db)
		start.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		out, _ := start.CombinedOutput()
		if status := start.ProcessState.ExitCode(); status != 1 || !strings.Contains(string(out), test.says) || strings.Count(string(out), "\n") != 1 {
			t.Errorf("folder %v, file %v: status %d, %q", test.folder, test.file, status, out)
		}
	}
}

// K6: when the disk is full a new key cannot be kept: none signs, the old ones are not
// retired, and no setting that came with it is another. What needs no room changes.
func TestRotationOnAFullDisk(t *testing.T) {
	t.Parallel()
	folder := smallDisk(t, "size=2m")
	s := openOn(t, filepath.Join(folder, "t.db"), "--servers=2", "--balance=round-robin")
	s.logIn()
	keys, _ := s.signs()
	filler := filepath.Join(folder, "filler")
	if err := os.WriteFile(filler, make([]byte, 4<<20), 0o600); err == nil {
		t.Fatal("the disk is not full")
	}
	s.patch(`{"access_lifetime":"1m"}`)
	s.refusedWhole("POST", "/api/keys/rotate", `{"retire":true}`, "disk")
	s.refusedWhole("PATCH", "/api/settings", `{"alg":"RS256","store":"sqlite"}`, "disk")
	if a := s.tokenMe(); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if now, _ := s.signs(); !slices.Equal(now, keys) {
		t.Errorf("signed by %q and then %q", keys, now)
	}
	if a := s.call("POST", "/api/keys/rotate", `{"retire":true}`); a.status != 200 || s.tokenMe().status != 401 || s.tokenMe().status != 401 {
		t.Errorf("with room again: %d %s", a.status, a.body)
	}
}

// smallDisk mounts a disk in memory.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a disk")
	}
	folder := t.TempDir()
	if err := syscall.Mount("none", folder, "tmpfs", 0, options); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(folder, syscall.MNT_DETACH) })
	return folder
}

// fill leaves some bytes free.
func fill(t *testing.T, disk string, free int64) {
	t.Helper()
	file, err := os.Create(filepath.Join(disk, "filling"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for err == nil {
		_, err = file.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if info, err := file.Stat(); err != nil || file.Truncate(info.Size()-free) != nil {
		t.Fatal(err)
	}
}

func empty(t *testing.T, disk string) {
	t.Helper()
	if err := os.Remove(filepath.Join(disk, "filling")); err != nil {
		t.Fatal(err)
	}
}

// The disk that rooms are on is full: a room that cannot be opened says so and leaves nothing,
// and the rooms that are there go on.
func TestRoomOnAFullDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=2m")
	s := open(t, "--rooms-dir="+disk)
	s.openRoom()
	s.logIn()
	files := func() []string { found, _ := filepath.Glob(filepath.Join(disk, "*", "*.db*")); return found }
	before := files()
	fill(t, disk, 24<<10)
	other := s.other()
	other.call("GET", "/", "")
	other.call("POST", "/api/rooms", "").refused(t, "with a full disk", 503, "The database cannot be used: its disk is full. Free some space, then try again.")
	other.call("POST", "/api/labs/restart/begin", "").refused(t, "a lab", 503, "its disk is full")
	if now := files(); !slices.Equal(now, before) || other.mine().Name != "" || other.lab("restart").Progress.Finished != "" {
		t.Errorf("before there were %v, now %v", before, now)
	}
	if s.sessionMe().status != 200 || s.tokenMe().status != 200 {
		t.Error("the room that was there does not go on")
	}
	empty(t, disk)
	other.openRoom()
	other.logIn()
}

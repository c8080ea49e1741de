//go:build unix

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// fault is one way in which a site breaks.
type fault struct {
	name             string
	requests, failed int64 // so many meet it before it is repaired, and so many of these fail
	happen           func(*run) (repair func())
	can              func(*run) bool // nil where it always can
}

// faults are in the order in which they happen. A disk is filled only where one can be
// had that nobody else uses.
var faults = []fault{
	{"a server is killed", 60, 0, (*run).killServer, nil},
	{"a server is crashed by its button", 60, 0, (*run).crashServer, nil},
	{"a server hangs", 30, 0, (*run).freezeServer, nil},
	{"another program holds the write lock, and settings are changed", 12, 2, (*run).holdLock, (*run).onFile},
	{"the disk is full, and the key is rotated", 12, 2, (*run).fillDisk, (*run).onOwnDisk},
	{"all keys are retired", 60, 0, (*run).retireKeys, nil},
	{"the database is taken away", 60, 10, (*run).takeDatabase, (*run).onFile},
	{"the connections to PostgreSQL are cut", 60, 0, (*run).cutConnections, (*run).onPostgres},
	{"PostgreSQL is killed", 60, 10, (*run).killPostgres, (*run).onPostgres},
	{"PostgreSQL is stopped, and a server is killed", 60, 10, (*run).stopPostgres, (*run).onPostgres},
	{"the front is killed", 60, 60, (*run).killFront, nil},
	{"front and servers are killed at once", 60, 60, (*run).killAll, nil},
}

func (r *run) onFile() bool     { return r.postgres == nil }
func (r *run) onOwnDisk() bool  { return r.onFile() && ownDisk() }
func (r *run) onPostgres() bool { return r.postgres != nil }

func nothing() {}

// dying runs what ends servers' memories.
func (r *run) dying(how func()) {
	r.deaths.Add(1)
	how()
	r.deaths.Add(1)
}

func (r *run) someServer() server {
	servers := r.servers()
	if len(servers) == 0 {
		r.t.Fatal("there are no servers")
	}
	return servers[r.random.IntN(len(servers))]
}

func (r *run) killServer() func() {
	r.dying(func() {
		pid := r.someServer().PID
		syscall.Kill(pid, syscall.SIGKILL)
		r.gone([]int{pid})
	})
	return nothing
}

func (r *run) crashServer() func() {
	r.dying(func() {
		path := "/api/servers/" + string(rune('0'+r.someServer().Number)) + "/crash?wait=1"
		if status, body := r.order("POST", path, ""); status != 200 {
			r.t.Errorf("%s: %d %s", path, status, body)
		}
	})
	return nothing
}

// freezeServer stops a server's process, and waits until somebody has met it: their
// requests need not fail, as another server may answer those that can be repeated. Who had
// their session in its memory is moved to another server, which does not know them.
func (r *run) freezeServer() func() {
	r.deaths.Add(1)
	pid := r.someServer().PID
	syscall.Kill(pid, syscall.SIGSTOP)
	r.t.Cleanup(func() { syscall.Kill(pid, syscall.SIGKILL) }) // a stopped process does not end by itself
	r.wait("somebody to meet the server that hangs", func() bool {
		return slices.ContainsFunc(r.servers(), func(s server) bool { return s.State == "hung" })
	})
	return func() {
		syscall.Kill(pid, syscall.SIGCONT)
		r.deaths.Add(1)
	}
}

// holdLock has another program write to the database for longer than anybody waits for
// it. A change of settings that cannot be carried out changes nothing.
func (r *run) holdLock() func() {
	db, err := sql.Open("sqlite", "file:"+r.db+"?_pragma=busy_timeout(30000)")
	if err != nil {
		r.t.Fatal(err)
	}
	lock, err := db.Conn(context.Background())
	if err == nil {
		_, err = lock.ExecContext(context.Background(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.changeSettings()
	return func() {
		lock.ExecContext(context.Background(), "ROLLBACK")
		lock.Close()
		db.Close()
		r.changeSettings()
	}
}

// changeSettings changes one setting. Afterwards the site says what the answer said, and the
// servers that ran go on.
func (r *run) changeSettings() {
	before := r.servers()
	lifetime := []string{"4m0s", "6m0s", "7m0s"}[r.random.IntN(3)]
	status, body := r.order("PATCH", "/api/settings", `{"access_lifetime":"`+lifetime+`"}`)
	_, now := get(r.site.Load().URL + "/api/servers")
	if went := strings.Contains(now, `"access_lifetime":"`+lifetime+`"`); status == 200 && !went {
		r.t.Errorf("a change was acknowledged and is not there: %s", now)
	}
	if status != 200 && status != 503 {
		r.t.Errorf("a change of settings: %d %s", status, body)
	}
	for i, s := range r.servers() {
		if s.PID != before[i].PID {
			r.t.Errorf("a change of settings ended server %d: %d %s", s.Number, status, body)
		}
	}
}

// fillDisk leaves no room on the disk of the database.
func (r *run) fillDisk() func() {
	filler := filepath.Join(filepath.Dir(r.db), "filler")
	if err := fill(filler); err != nil {
		r.t.Fatal(err)
	}
	if status, body := r.order("POST", "/api/keys/rotate", ""); status != 200 && status != 503 {
		r.t.Errorf("a rotation on a full disk: %d %s", status, body)
	}
	return func() { os.Remove(filler) }
}

// fill writes a file until the disk is full.
func fill(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	for size := 64 << 10; size > 0; {
		if _, err = file.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		return err
	}
	return file.Close()
}

func (r *run) retireKeys() func() {
	r.retirements.Add(1)
	if status, body := r.order("POST", "/api/keys/rotate", `{"retire":true}`); status != 200 {
		r.t.Errorf("retire the keys: %d %s", status, body)
	}
	r.retirements.Add(1)
	return nothing
}

// takeDatabase moves the database's file away under the site, and kills a server, which
// must not make another one when it starts. Then the file is put back.
func (r *run) takeDatabase() func() {
	away := r.db + ".away"
	if err := os.Rename(r.db, away); err != nil {
		r.t.Fatal(err)
	}
	r.wait("the site to notice", func() bool {
		status, _ := get(r.site.Load().URL + "/readyz")
		return status == 503
	})
	r.killServer()
	return func() {
		if _, err := os.Stat(r.db); !errors.Is(err, fs.ErrNotExist) {
			r.t.Errorf("where the database was, there is another file: %v", err)
		}
		if err := os.Rename(away, r.db); err != nil {
			r.t.Fatal(err)
		}
	}
}

// killFront kills the front alone. Its servers end by themselves.
func (r *run) killFront() func() { return r.reopenAfter(r.site.Load().Cmd.Process.Pid) }

// killAll kills the front and its servers at the same moment.
func (r *run) killAll() func() { return r.reopenAfter(r.processes()...) }

func (r *run) reopenAfter(killed ...int) func() {
	left := r.processes()
	r.deaths.Add(1)
	for _, pid := range killed {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	r.site.Load().Ended(r.t)
	r.gone(left)
	return func() {
		r.open()
		r.deaths.Add(1)
	}
}

// onOwnDisk is a folder on a small disk of its own where that can be had (by root, on
// Linux), else the folder itself.
func onOwnDisk(t *testing.T, folder string) string {
	if !ownDisk() {
		t.Log("the disk is not filled: that takes root, for a disk that nobody else uses")
		return folder
	}
	disk := filepath.Join(folder, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Fatalf("mount a small disk: %v %s", err, out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", disk).Run() })
	return disk
}

func ownDisk() bool { return os.Getuid() == 0 }

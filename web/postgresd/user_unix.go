//go:build unix

package postgresd

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// somebody is whom PostgreSQL runs as when this process runs as root, whom it refuses: the user of the system's package,
// or nobody. It is nil for whoever is not root, and where there is neither.
func somebody() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(found.Uid, 10, 32)
			gid, _ := strconv.ParseUint(found.Gid, 10, 32)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

// canRun reports whether whom PostgreSQL runs as can reach a folder in parent.
func canRun(parent string) bool {
	if os.Getuid() != 0 {
		return true
	}
	if somebody() == nil {
		return false
	}
	for dir := filepath.Clean(parent); ; dir = filepath.Dir(dir) {
		if about, err := os.Stat(dir); err != nil || about.Mode()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// apart are the attributes of a process that runs as somebody, and that an interrupt at the terminal does not reach.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: somebody(), Setpgid: true}
}

// own gives a folder or a file to whom PostgreSQL runs as.
func own(path string) error {
	if who := somebody(); who != nil {
		return os.Chown(path, int(who.Uid), int(who.Gid))
	}
	return nil
}

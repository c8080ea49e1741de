//go:build unix

package cluster

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// somebody is whom PostgreSQL runs as when the tests run as root: the user of Debian's package. It is nil for whoever
// is not root.
func somebody() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	found, err := user.Lookup("postgres")
	if err != nil {
		if found, err = user.Lookup("nobody"); err != nil {
			return nil
		}
	}
	uid, _ := strconv.ParseUint(found.Uid, 10, 32)
	gid, _ := strconv.ParseUint(found.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func unprivileged() *syscall.SysProcAttr { return &syscall.SysProcAttr{Credential: somebody()} }

// apart are the attributes of a process that a signal to the tests does not reach.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Credential: somebody(), Setpgid: true} }

// own gives a folder to whom PostgreSQL runs as.
func own(folder string) error {
	if who := somebody(); who != nil {
		return os.Chown(folder, int(who.Uid), int(who.Gid))
	}
	return nil
}

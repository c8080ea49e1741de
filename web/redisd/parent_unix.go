//go:build unix && !linux

package redisd

import (
	"os/exec"
	"syscall"
)

// endWithParent keeps an interrupt at the terminal from redis-server: its parent decides
// when it ends. When the parent is killed there is nothing to end it with here.
func endWithParent(server *exec.Cmd) {
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

package redisd

import (
	"os/exec"
	"syscall"
)

// endWithParent makes Linux kill redis-server when this process is killed and can
// not do it itself, and keeps an interrupt at the terminal from it: its parent decides
// when it ends.
func endWithParent(server *exec.Cmd) {
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

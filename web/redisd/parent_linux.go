package redisd

import (
	"os/exec"
	"syscall"
)

// endWithParent makes Linux kill redis-server when this process is killed and can
// not do it itself.
func endWithParent(server *exec.Cmd) {
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

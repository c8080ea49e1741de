package redisd

import (
	"os/exec"
	"syscall"
)

// endWithParent keeps an interrupt at the console from redis-server: its parent decides
// when it ends. When the parent is killed there is nothing to end it with here.
func endWithParent(server *exec.Cmd) {
	server.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

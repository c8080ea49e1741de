package sentinel

import (
	"os/exec"
	"syscall"
)

// endWithParent makes Linux kill a program when the tests are killed.
func endWithParent(program *exec.Cmd) {
	program.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

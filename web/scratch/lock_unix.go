//go:build unix

package scratch

import (
	"os"
	"syscall"
)

// lock takes a file for this process, until the file is closed or the process ends. It
// fails when another one has it.
func lock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

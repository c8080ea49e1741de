package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// children are the processes that the front started to run a command.
func (s *visit) children(command string) (pids []int) {
	s.t.Helper()
	for _, pid := range childrenOf(s.Cmd.Process.Pid) {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if arguments := strings.Split(string(line), "\x00"); len(arguments) > 1 && arguments[1] == command {
			pids = append(pids, pid)
		}
	}
	return pids
}

// childrenOf are the processes that a process has started.
func childrenOf(parent int) (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		var pid, of int
		fmt.Sscan(string(text), &pid)
		_, rest, _ := strings.Cut(string(text), ") ")
		fmt.Sscanf(rest, "%s %d", new(string), &of)
		if of == parent {
			pids = append(pids, pid)
		}
	}
	return pids
}

// descendants are the processes that a process has started, and those that they have.
func descendants(pid int) (all []int) {
	for _, child := range childrenOf(pid) {
		all = append(append(all, child), descendants(child)...)
	}
	return all
}

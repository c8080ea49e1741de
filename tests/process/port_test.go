package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// listeningPort finds the port that a process listens on, in /proc.
func listeningPort(t *testing.T, pid int) string {
	t.Helper()
	sockets := map[string]bool{}
	descriptors, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, descriptor := range descriptors {
		if link, err := os.Readlink(descriptor); err == nil && strings.HasPrefix(link, "socket:[") {
			sockets[strings.Trim(link, "socket:[]")] = true
		}
	}
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Skip("this system has no /proc/net/tcp to find a server's port in")
	}
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		const listening = "0A"
		if len(fields) > 9 && fields[3] == listening && sockets[fields[9]] {
			_, port, _ := strings.Cut(fields[1], ":")
			n, _ := strconv.ParseInt(port, 16, 32)
			return strconv.FormatInt(n, 10)
		}
	}
	t.Fatalf("process %d listens nowhere", pid)
	return ""
}

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// process is a child that serves.
type process struct {
	cmd     *exec.Cmd
	input   io.Closer
	address string
}

// announcement is the line that the site prints when it serves, and the naive
// servers as well.
const announcement = "Two Doors is open at http://"

func start(executable string, arguments ...string) (*process, error) {
	cmd := exec.Command(executable, arguments...)
	log, err := os.CreateTemp("", "load-log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	defer os.Remove(log.Name())
	cmd.Stderr = log
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, _ := bufio.NewReader(output).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), announcement)
	if !ok {
		cmd.Process.Kill()
		cmd.Wait()
		said, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%v said %q and %s", arguments, line, said)
	}
	return &process{cmd, input, address}, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop interrupts the process, so that a front ends its servers too.
func (p *process) stop() {
	p.input.Close()
	p.cmd.Process.Signal(os.Interrupt)
	timer := time.AfterFunc(10*time.Second, func() { p.cmd.Process.Kill() })
	p.cmd.Wait()
	timer.Stop()
}

// serveNaive is what a child of this program does: it serves until its standard
// input ends, so none outlives the comparison.
func serveNaive(kind string, arguments []string) error {
	handler, err := naive(kind, arguments)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(announcement + listener.Addr().String())
	go http.Serve(listener, handler)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// ticks of /proc/PID/stat a second, on every Linux that Go runs on.
const ticks = 100

// cpu is the processor time that processes have used.
func cpu(pids []int) (total time.Duration, err error) {
	for _, pid := range pids {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return 0, err
		}
		// The name, in parentheses, may hold blanks; utime and stime are the 14th
		// and the 15th field.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		for _, field := range fields[11:13] {
			n, err := strconv.Atoi(field)
			if err != nil {
				return 0, err
			}
			total += time.Duration(n) * time.Second / ticks
		}
	}
	return total, nil
}

// resident is the memory that a process holds, in MB.
func resident(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kib) * 1024 / 1e6, err
		}
	}
	return 0, fmt.Errorf("process %d has no VmRSS", pid)
}

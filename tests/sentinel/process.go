package sentinel

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// Programs of Redis, as Debian calls them.
const (
	Redis    = "redis-server"
	Sentinel = "redis-sentinel"
)

// Process is one Redis or Sentinel.
type Process struct {
	Address string // host and port
	cmd     *exec.Cmd
	ended   chan struct{}
	log     bytes.Buffer
}

// Run starts a program with lines of configuration, on a free port, and returns when it
// listens. With certificates it speaks TLS and nothing else.
func Run(t testing.TB, program, lines string, certificates *Certificates) *Process {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatal(program + " is missing; ./test installs it")
	}
	folder, address := t.TempDir(), free(t)
	_, port, _ := net.SplitHostPort(address)
	listen := "port " + port + "\n"
	if certificates != nil {
		listen = fmt.Sprintf("port 0\ntls-port %s\ntls-cert-file %s\ntls-key-file %s\ntls-ca-cert-file %s\ntls-auth-clients no\ntls-replication yes\n",
			port, certificates.Certificate, certificates.Key, certificates.Authority)
	}
	file := filepath.Join(folder, "redis.conf")
	if err := os.WriteFile(file, []byte("bind 127.0.0.1\ndir "+folder+"\n"+listen+lines), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &Process{Address: address, cmd: exec.Command(program, file), ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("%s at %s:\n%s", program, address, &p.log)
		}
	})
	until(t, program+" listens", func() bool {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			connection.Close()
		}
		return err == nil
	})
	return p
}

// start runs it until it ends, at the latest with this process where the system sees to that.
func (p *Process) start() error {
	endWithParent(p.cmd)
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // Linux takes the end of this thread for that of the process
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.cmd.Wait()
		}
		close(p.ended)
	}()
	return <-started
}

// PID is the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Kill ends it at once, as a crash does, and returns when it has ended.
func (p *Process) Kill() {
	p.cmd.Process.Kill()
	<-p.ended
}

func free(t testing.TB) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

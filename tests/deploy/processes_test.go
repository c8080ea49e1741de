package deploy

import (
	"context"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// run starts a program and waits until it listens.
func (d *deployment) run(address string, environment []string, program string, arguments ...string) *process {
	d.t.Helper()
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), environment...)
	return d.start(address, command)
}

// start is run, of a command.
func (d *deployment) start(address string, command *exec.Cmd) *process {
	d.t.Helper()
	p := &process{cmd: command, address: address}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		p.kill()
		if d.t.Failed() {
			d.t.Logf("%s:\n%s", command, &p.log)
		}
	})
	d.until(command.Path+" listens", func() bool {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			connection.Close()
		}
		return err == nil
	})
	return p
}

// shell runs commands of the document and returns what they print.
func (d *deployment) shell(commands string, environment ...string) string {
	d.t.Helper()
	shell := exec.CommandContext(d.t.Context(), "sh", "-ec", commands)
	shell.Dir, shell.Env = d.folder, append(os.Environ(), environment...)
	said, err := shell.CombinedOutput()
	if err != nil {
		d.t.Fatalf("%s: %v: %s", commands, err, said)
	}
	return string(said)
}

// until waits until something is so.
func (d *deployment) until(what string, so func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 20*time.Second)
	defer cancel()
	for !so() {
		select {
		case <-ctx.Done():
			d.t.Fatal("in vain: ", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func freeAddress(t *testing.T, host string) string {
	t.Helper()
	listener, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

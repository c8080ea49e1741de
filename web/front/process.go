package front

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/relay"
)

// How long a process may take to announce itself, and to finish its requests.
const (
	startTimeout  = 10 * time.Second
	finishTimeout = 5 * time.Second
)

// process is one run of a server: a child that ends when its input is closed,
// so none outlives the front, however that ends.
type process struct {
	cmd     *exec.Cmd
	input   io.WriteCloser
	address string        // host and port, as the child announced them
	exited  chan struct{} // closed when it has ended
	err     error         // how it ended; to be read after exited
}

// start runs a child and waits until it serves.
func start(executable string, arguments []string, orders relay.Orders) (*process, error) {
	cmd := exec.Command(executable, arguments...)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start server %d: %w", orders.Number, err)
	}
	p := &process{cmd: cmd, input: input, exited: make(chan struct{})}
	announced := make(chan string, 1)
	go p.watch(output, announced)

	text, err := json.Marshal(orders)
	if err != nil {
		return nil, err
	}
	if _, err := input.Write(append(text, '\n')); err != nil {
		p.kill()
		return nil, fmt.Errorf("give orders to server %d: %w", orders.Number, err)
	}
	select {
	case line := <-announced:
		_, address, ok := strings.Cut(strings.TrimSpace(line), "http://")
		if !ok {
			p.kill()
			return nil, fmt.Errorf("server %d did not start; the log says why", orders.Number)
		}
		p.address = address
		return p, nil
	case <-time.After(startTimeout):
		p.kill()
		return nil, fmt.Errorf("server %d did not start within %s", orders.Number, startTimeout)
	}
}

func (p *process) watch(output io.Reader, announced chan<- string) {
	reader := bufio.NewReader(output)
	line, _ := reader.ReadString('\n')
	announced <- line
	io.Copy(io.Discard, reader)
	p.err = p.cmd.Wait()
	close(p.exited)
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// finish lets the process end its requests, within a bounded time.
func (p *process) finish() {
	p.input.Close()
	select {
	case <-p.exited:
	case <-time.After(finishTimeout):
		p.kill()
	}
}

// kill ends the process at once, as a crash would.
func (p *process) kill() {
	p.cmd.Process.Kill()
	p.input.Close()
	<-p.exited
}

// how says in a few words how the process ended.
func (p *process) how() string {
	if exit, ok := errors.AsType[*exec.ExitError](p.err); ok {
		return exit.ProcessState.String()
	}
	return "it ended"
}

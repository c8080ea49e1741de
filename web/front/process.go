package front

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync/atomic"
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
	log     *lines
	input   io.WriteCloser
	address string        // host and port, as the child announced them
	said    chan string   // its lines on standard output; closed with it
	owes    bool          // an answer that was not waited for any longer
	exited  chan struct{} // closed when it has ended
	err     error         // how it ended; to be read after exited
	blamed  atomic.Pointer[string]
	hung    atomic.Bool // it answers no request and no probe
}

// errMute says that a process did not answer in time.
var errMute = errors.New("it does not answer")

// start runs a server and waits until it serves.
func start(executable string, arguments []string, orders relay.Orders, output io.Writer) (*process, error) {
	name := fmt.Sprintf("server %d", orders.Number)
	p, line, err := launch(executable, arguments, orders, name, output)
	if err != nil {
		return nil, err
	}
	_, address, ok := strings.Cut(line, "http://")
	if !ok {
		p.kill()
		return nil, fmt.Errorf("%s did not start; the log says why", name)
	}
	p.address = address
	return p, nil
}

// launch runs a child, gives it its orders and returns what it says when it is
// ready. What it logs goes to the output, and is read here, so that the child never
// waits for whoever reads the log of this process, not even with its last words.
func launch(executable string, arguments []string, orders any, name string, output io.Writer) (*process, string, error) {
	cmd := exec.Command(executable, arguments...)
	log := &lines{to: output}
	cmd.Stderr = log
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, "", err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{cmd: cmd, log: log, input: input, exited: make(chan struct{}), said: make(chan string, 1)}
	go p.watch(stdout)
	line, err := p.tell(orders, startTimeout)
	if err != nil {
		p.kill()
		return nil, "", fmt.Errorf("%s did not start: %w", name, err)
	}
	return p, line, nil
}

// watch hands on what the process says, until it ends.
func (p *process) watch(output io.Reader) {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		p.said <- lines.Text()
	}
	close(p.said)
	p.err = p.cmd.Wait()
	p.log.end()
	close(p.exited)
}

// tell writes a line to the process, and returns the line that it answers. There
// is one conversation at a time: a process that did not answer in time has to do so
// before it is told more.
func (p *process) tell(what any, timeout time.Duration) (answer string, err error) {
	text, err := json.Marshal(what)
	if err != nil {
		return "", err
	}
	expired := time.After(timeout)
	if p.owes {
		if _, err := p.hear(expired); err != nil {
			return "", err
		}
	}
	if _, err := p.input.Write(append(text, '\n')); err != nil {
		return "", fmt.Errorf("tell it: %w", err)
	}
	return p.hear(expired)
}

// hear waits for a line of the process.
func (p *process) hear(expired <-chan time.Time) (string, error) {
	p.owes = true
	select {
	case line, ok := <-p.said:
		if !ok {
			return "", errors.New("it ended; the log says why")
		}
		p.owes = false
		return line, nil
	case <-expired:
		return "", errMute
	}
}

// blame notes why the process is about to be killed: it does not end by itself.
func (p *process) blame(why string) { p.blamed.Store(&why) }

func (p *process) hasEnded() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
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

package room

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/relay"
)

// Timeouts: until a process announces itself; until it serves, including the wait for other starts; until it
// has finished its requests.
const (
	startTimeout  = 10 * time.Second
	servesTimeout = 20 * time.Second
	finishTimeout = 5 * time.Second
)

// process is one run of a child, which ends when its input is closed, so none outlives
// this process, however that ends.
type process struct {
	cmd     *exec.Cmd
	log     *lines
	address string // host and port, as the child announced them
	kind    string // of a store

	input   io.WriteCloser
	asked   int             // the number of the last line that was written
	answers chan relay.Line // the newest that nobody has taken yet
	exited  chan struct{}   // closed when it has ended
	err     error           // how it ended; to be read after exited

	blamed atomic.Pointer[string]
	hung   atomic.Bool // it answers no request and no probe
}

// errMute says that a process did not answer in time.
var errMute = errors.New("it does not answer")

// errEnded says that a process ended before it answered.
var errEnded = errors.New("it ended; the log says why")

// start runs a child, gives it its configuration and waits until it serves. What it logs goes to
// the program's log, and is read here, so that the child never waits for whoever reads the
// log of this process, not even with its last words.
func (c Program) start(arguments []string, config any, name string) (*process, error) {
	cmd := exec.Command(c.Executable, arguments...)
	if len(c.Env) > 0 {
		cmd.Env = append(os.Environ(), c.Env...)
	}
	log := &lines{to: c.Log}
	cmd.Stderr = log
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	channel, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{cmd: cmd, log: log, input: input, answers: make(chan relay.Line, 1), exited: make(chan struct{})}
	go p.watch(bufio.NewReader(channel), name)
	var ready relay.Ready
	if err := p.tell(config, &ready, startTimeout); err != nil {
		p.kill()
		return nil, fmt.Errorf("%s did not start: %w", name, err)
	}
	p.address, p.kind = ready.Address, ready.Kind
	return p, nil
}

// watch reads what the process answers until it ends, whether anybody waits for it or
// not: the process never waits for a reader, and neither does who waits for its end.
func (p *process) watch(channel *bufio.Reader, name string) {
	for {
		line, err := relay.ReadLine(channel)
		if err == relay.ErrNoLine {
			slog.Warn("not an answer on the control channel", "from", name)
			continue
		}
		if err != nil {
			break
		}
		select {
		case <-p.answers: // nobody waits for the one before any more
		default:
		}
		p.answers <- line
	}
	p.err = p.cmd.Wait()
	p.log.end()
	close(p.exited)
}

// tell writes a line to the process, and reads the answer of the same number. There is one
// conversation at a time. What it answers to something that nobody waits for is passed over.
func (p *process) tell(what, answer any, timeout time.Duration) error {
	p.asked++
	if err := relay.WriteLine(p.input, p.asked, what); err != nil {
		return fmt.Errorf("tell it: %w", err)
	}
	expired := time.After(timeout)
	for {
		select {
		case line := <-p.answers:
			if line.Number == p.asked {
				return json.Unmarshal(line.Body, answer)
			}
		case <-p.exited:
			return errEnded
		case <-expired:
			return errMute
		}
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

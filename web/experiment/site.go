package experiment

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"twodoors/web/scratch"
)

// Site is a separate Two Doors: a child process with its own servers, its own Redis and
// its own database, in a folder that is removed when it is closed. The database is a file
// there, or a PostgreSQL that runs as long as the site is not closed.
// It listens on the loopback interface only. It ends when this process does, however
// that ends: its standard input closes then.
type Site struct {
	program  string
	folder   *scratch.Folder
	postgres *database // nil for a file

	mu      sync.Mutex
	address string
	child   *exec.Cmd
	input   io.Closer
	exited  chan struct{} // closed when the child has ended
	log     *tail
}

// How long a site may take to open, and to close.
const (
	openTimeout  = 15 * time.Second
	closeTimeout = 5 * time.Second
)

// Open starts a site with flags of `twodoors serve`, and returns when it is open.
// The program is the path of twodoors.
func Open(ctx context.Context, program string, flags ...string) (*Site, error) {
	return open(ctx, program, nil, flags...)
}

// open is Open with a PostgreSQL, which is closed with the site, also when that does not open.
func open(ctx context.Context, program string, db *database, flags ...string) (*Site, error) {
	folder, err := newFolder()
	if err != nil {
		db.Close()
		return nil, err
	}
	s := &Site{program: program, folder: folder, postgres: db}
	if err := s.Start(ctx, flags...); err != nil {
		s.remove()
		return nil, err
	}
	return s, nil
}

// Close ends the site, and forgets its database.
func (s *Site) Close() {
	s.Stop()
	s.remove()
}

func (s *Site) remove() {
	s.postgres.Close()
	s.folder.Remove()
}

// Address is where the site is, or was before it was stopped.
func (s *Site) Address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address
}

// Client returns a newcomer, whom traces call by this name.
func (s *Site) Client(name string) *Client {
	return NewClient(name, s.Address, &http.Transport{}, http.Header{})
}

// Start starts the site on the database that it had before, if it had one.
func (s *Site) Start(ctx context.Context, flags ...string) error {
	child := exec.Command(s.program, append([]string{"serve", "--end-with-input", "--listen=127.0.0.1:0"}, flags...)...)
	child.Env = append(environment(), s.database()...)
	child.WaitDelay = closeTimeout // its own children hold the log open until they end
	log := &tail{}
	child.Stderr = log
	input, err := child.StdinPipe()
	if err != nil {
		return err
	}
	output, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return fmt.Errorf("start a site: %w", err)
	}
	s.child, s.input, s.log, s.exited = child, input, log, make(chan struct{})
	opened := make(chan string, 1)
	go s.follow(child, output, opened, s.exited)
	return s.await(ctx, opened)
}

// database says where the database is, as environment variables: an address has a
// password, and everybody can read command lines.
func (s *Site) database() []string {
	if s.postgres == nil {
		return []string{"TWODOORS_DB=" + filepath.Join(s.folder.Path(), "t.db")}
	}
	return []string{"TWODOORS_DB=" + s.postgres.address(), "TWODOORS_ROOMS_DIR=" + filepath.Join(s.folder.Path(), "rooms")}
}

// environment is ours without what would set the site's flags.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TWODOORS_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// follow hands on the address that the child announces, and waits until it ends.
func (s *Site) follow(child *exec.Cmd, output io.Reader, opened chan<- string, exited chan<- struct{}) {
	line, _ := bufio.NewReader(output).ReadString('\n')
	address, _ := strings.CutPrefix(strings.TrimSpace(line), "Two Doors is open at ")
	opened <- address
	child.Wait()
	close(exited)
}

// await waits until the site is open. One that does not open is ended, and its log
// says why.
func (s *Site) await(ctx context.Context, opened <-chan string) error {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	select {
	case address := <-opened:
		if address == "" {
			s.Stop()
			return fmt.Errorf("the experiment's site did not open (%s): %s", s.child.ProcessState, cmp.Or(s.log.last(), "it said nothing"))
		}
		s.mu.Lock()
		s.address = address
		s.mu.Unlock()
		return nil
	case <-ctx.Done():
		s.Stop()
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
		return fmt.Errorf("the experiment's site did not open within %s: %s", openTimeout, s.log.last())
	}
}

// over is why nothing more can be tried here after something could not be: ctx has
// ended, or the site has, though nobody had stopped it. It is nil when the site is still
// there.
func (s *Site) over(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	anybody := s.Client(adminName)
	defer anybody.Leave()
	if _, err := anybody.Do(ctx, "GET", "/healthz", nil); err == nil {
		return nil
	}
	select {
	case <-s.exited:
		return &EndedError{s.child.ProcessState.String()}
	case <-time.After(2 * closeTimeout): // it only does not answer
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stop ends the site and everything that it runs. Its database stays for Start.
func (s *Site) Stop() {
	s.input.Close()
	select {
	case <-s.exited:
	case <-time.After(closeTimeout):
		s.child.Process.Kill()
		<-s.exited
	}
}

// tail keeps the end of a log.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const maxTail = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-maxTail):]
	return len(p), nil
}

// last is the last line, which says why a program ended.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(string(t.text))
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// Fault is the last error in the site's log, empty when there is none near its end.
func (s *Site) Fault() (line string) {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	for each := range strings.Lines(string(s.log.text)) {
		if strings.Contains(each, "level=ERROR") {
			line = strings.TrimSpace(each)
		}
	}
	return line
}

// Package cluster runs a PostgreSQL for tests: a database cluster, as PostgreSQL calls it, in a temporary folder,
// reached at the loopback interface only. It is the machine's own program.
//
// Start returns one for as long as the test program lives; each test has a database of its own in it.
package cluster

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a PostgreSQL that can be stopped, killed and started again, at the same address.
type Cluster struct {
	folder   string // owned by whom PostgreSQL runs as
	programs string // the folder of initdb and pg_ctl
	port     int
	password string   // of its administrator, who is called postgres
	settings []string // beside its own
	lives    *os.File
}

var shared = sync.OnceValues(func() (*Cluster, error) { return New() })

// Shared is the cluster of a test program, started by the first test that asks.
func Shared(t testing.TB) *Cluster {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// New makes a cluster and starts it, with more settings such as "fsync=on". It ends, and its folder goes, with the test program, however that ends: a shell
// waits for the end of a pipe that this process holds.
func New(settings ...string) (*Cluster, error) {
	programs, err := programs()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "postgres")
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: folder, programs: programs, password: rand.Text(), settings: settings}
	if err := c.make(); err != nil {
		return nil, fmt.Errorf("make a PostgreSQL: %w", err)
	}
	return c, c.Start()
}

// programs finds the folder of the newest PostgreSQL. Debian keeps it out of the path.
func programs() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	return filepath.Dir(path), err
}

func (c *Cluster) make() error {
	if err := own(c.folder); err != nil {
		return err
	}
	passwords := filepath.Join(c.folder, "password")
	if err := os.WriteFile(passwords, []byte(c.password), 0o644); err != nil {
		return err
	}
	if err := c.run("initdb", "--pgdata="+c.data(), "--username=postgres", "--pwfile="+passwords, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return err
	}
	if err := c.choosePort(); err != nil {
		return err
	}
	return c.reap()
}

func (c *Cluster) choosePort() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c.port = listener.Addr().(*net.TCPAddr).Port
	return listener.Close()
}

// reap starts the shell that ends PostgreSQL after this process.
func (c *Cluster) reap() error {
	ends, lives, err := os.Pipe()
	if err != nil {
		return err
	}
	defer ends.Close()
	c.lives = lives
	reaper := exec.Command("sh", "-c", `cat >/dev/null; "$0" stop --mode=immediate --pgdata="$1/data" >/dev/null 2>&1; rm -rf "$1"`, filepath.Join(c.programs, "pg_ctl"), c.folder)
	reaper.Stdin = ends
	reaper.SysProcAttr = apart()
	return reaper.Start()
}

func (c *Cluster) data() string { return filepath.Join(c.folder, "data") }

func (c *Cluster) log() string { return filepath.Join(c.folder, "log") }

// Start starts PostgreSQL and waits until it takes connections. After a crash what is left of it has to end first,
// which it does by itself.
func (c *Cluster) Start() (err error) {
	for began := time.Now(); time.Since(began) < 10*time.Second; {
		if err = c.start(); err == nil {
			break
		}
	}
	return err
}

func (c *Cluster) start() error {
	options := fmt.Sprintf("-c listen_addresses=127.0.0.1 -p %d -k %s -c max_connections=400 -c fsync=off -c full_page_writes=off", c.port, c.folder)
	for _, setting := range c.settings {
		options += " -c " + setting
	}
	return c.run("pg_ctl", "start", "--wait", "--pgdata="+c.data(), "--log="+c.log(), "--options="+options)
}

// Stop lets PostgreSQL end: it ends every connection first.
func (c *Cluster) Stop() error {
	return c.run("pg_ctl", "stop", "--wait", "--mode=fast", "--pgdata="+c.data())
}

// Crash kills every process of PostgreSQL, as a machine's end does. Start recovers.
func (c *Cluster) Crash() error {
	first := strconv.Itoa(c.PID())
	others := children(first) // of which one that is at work would still answer and even commit
	if err := c.run("pg_ctl", "kill", "KILL", first); err != nil {
		return err
	}
	for _, pid := range others {
		c.run("pg_ctl", "kill", "KILL", pid) // it may have ended meanwhile
	}
	return nil
}

// children are the processes that a process has started, where the system tells them.
func children(pid string) (pids []string) {
	tasks, _ := filepath.Glob("/proc/" + pid + "/task/*/children")
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		pids = append(pids, strings.Fields(string(text))...)
	}
	return pids
}

// PID is that of its first process, 0 when it does not run.
func (c *Cluster) PID() int {
	text, _ := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(first)
	return pid
}

// run runs one of PostgreSQL's programs as somebody who is not root, whom it refuses.
func (c *Cluster) run(program string, arguments ...string) error {
	log, err := os.CreateTemp("", "said")
	if err != nil {
		return err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	command := exec.Command(filepath.Join(c.programs, program), arguments...)
	command.Dir, command.Stdout, command.Stderr = c.folder, log, log // a pipe would be held by what it leaves running
	command.SysProcAttr = unprivileged()
	if err := command.Run(); err != nil {
		said, _ := os.ReadFile(log.Name())
		told, _ := os.ReadFile(c.log())
		return fmt.Errorf("%s: %w: %s%s", program, err, said, told)
	}
	return nil
}

// Address is that of a database, as its administrator.
func (c *Cluster) Address(database string) string {
	return c.AddressAs("postgres", c.password, database)
}

// AddressAs is the address of a database for somebody.
func (c *Cluster) AddressAs(name, password, database string) string {
	address := url.URL{Scheme: "postgres", User: url.UserPassword(name, password), Host: c.Host(), Path: "/" + database}
	return address.String()
}

// Host is where it listens.
func (c *Cluster) Host() string { return fmt.Sprintf("127.0.0.1:%d", c.port) }

// Database makes an empty database for a test and returns its address. It goes with the test.
func (c *Cluster) Database(t testing.TB) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	c.Administer(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(context.Background(), c.Address("postgres"), "DROP DATABASE "+name+" WITH (FORCE)") })
	return c.Address(name)
}

// Administer runs statements as the administrator.
func (c *Cluster) Administer(t testing.TB, statements ...string) {
	t.Helper()
	In(t, c.Address("postgres"), statements...)
}

// In runs statements in the database of an address.
func In(t testing.TB, address string, statements ...string) {
	t.Helper()
	if err := execute(t.Context(), address, statements...); err != nil {
		t.Fatal(err)
	}
}

func execute(ctx context.Context, address string, statements ...string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

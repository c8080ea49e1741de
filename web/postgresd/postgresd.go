// Package postgresd runs a PostgreSQL for experiments and tests: the machine's own programs, on a cluster, as PostgreSQL
// calls it, that is made for the purpose and gone afterwards.
//
// It knows nothing of what is kept there, and no driver: it only says at which address. A shell, the keeper, runs
// PostgreSQL's programs one after another (keeper.sh); it sees this process end, however that ends, and then ends
// PostgreSQL and removes the cluster. Start reading at Make.
package postgresd

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// Administrator is the one user of a new cluster.
const Administrator = "postgres"

// Initial is the database that each new cluster has.
const Initial = "postgres"

// Cluster is a PostgreSQL that can be stopped, killed and started again, at the same address. Its methods may be called
// by several goroutines; they take turns.
type Cluster struct {
	folder   string
	port     int
	primary  int // port of the cluster that it is a standby of, 0 for none
	password string
	settings []string

	mu     sync.Mutex
	keeper *keeper
}

// Available reports whether this machine has a PostgreSQL that can run in new folders below parent.
func Available(parent string) bool {
	_, err := programs()
	return err == nil && canRun(parent)
}

// Make makes a cluster in an empty folder of this process, which from then on belongs to whom PostgreSQL runs as, and
// starts it on a free port of the loopback interface. It takes about a second. The cluster and the folder go with Close;
// when this process was killed the cluster goes, and an empty folder may be left where others may not remove it.
//
// Settings are more than its own, as "fsync=on": it keeps nothing for longer than this process, and waits for no disk.
func Make(folder string, settings ...string) (*Cluster, error) {
	return begin(&Cluster{folder: folder, password: rand.Text(), settings: settings})
}

// Standby makes another cluster in an empty folder, which follows this one and takes only reads until it is promoted.
func (c *Cluster) Standby(folder string) (*Cluster, error) {
	return begin(&Cluster{folder: folder, primary: c.port, password: c.password})
}

func begin(c *Cluster) (*Cluster, error) {
	err := c.make()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) make() error {
	programs, err := programs()
	if err != nil {
		return err
	}
	if c.port, err = freePort(); err != nil {
		return fmt.Errorf("make a PostgreSQL: %w", err)
	}
	if err := own(c.folder); err != nil {
		return fmt.Errorf("make a PostgreSQL: %w", err)
	}
	if c.keeper, err = keep(programs, c); err != nil {
		return fmt.Errorf("make a PostgreSQL: %w", err)
	}
	return c.order(c.password) // the first line, which is in no command line
}

// Start starts PostgreSQL and returns when it takes connections, or after 10 seconds with an error. After a crash it waits
// for what is left, which ends by itself.
func (c *Cluster) Start() error { return c.order("start") }

// Stop ends every connection and then PostgreSQL, and returns when it has ended, or after 10 seconds with an error.
func (c *Cluster) Stop() error { return c.order("stop") }

// Crash kills every process of PostgreSQL, as a machine's end does. Start recovers.
func (c *Cluster) Crash() error { return c.order("kill") }

// Restart stops PostgreSQL and starts it again.
func (c *Cluster) Restart() error {
	if err := c.Stop(); err != nil {
		return err
	}
	return c.Start()
}

// Close ends PostgreSQL and removes the cluster.
func (c *Cluster) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keeper != nil {
		c.keeper.end()
	}
	os.RemoveAll(c.folder)
}

// order has the keeper do one thing. The error has the last line of what PostgreSQL said.
func (c *Cluster) order(what string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	failed, err := c.keeper.do(what)
	if err != nil {
		return fmt.Errorf("run PostgreSQL: %w", err)
	}
	if failed != "" {
		return fmt.Errorf("run PostgreSQL: %s: %s", failed, lastLine(filepath.Join(c.folder, "said"), filepath.Join(c.folder, "log")))
	}
	return nil
}

// lastLine is that of the files that there are, for an error.
func lastLine(files ...string) string {
	var said strings.Builder
	for _, name := range files {
		text, _ := os.ReadFile(name)
		text = []byte(strings.TrimSpace(string(text)))
		fmt.Fprintf(&said, "%s ", text[strings.LastIndexByte(string(text), '\n')+1:])
	}
	return strings.TrimSpace(said.String())
}

// Address is that of a database, as the administrator. The password is in it.
func (c *Cluster) Address(database string) string {
	return c.AddressAs(Administrator, c.password, database)
}

// AddressAs is the address of a database for somebody.
func (c *Cluster) AddressAs(name, password, database string) string {
	address := url.URL{Scheme: "postgres", User: url.UserPassword(name, password), Host: c.Host(), Path: "/" + database}
	return address.String()
}

// Host is where it listens.
func (c *Cluster) Host() string { return fmt.Sprintf("127.0.0.1:%d", c.port) }

// PID is that of its first process, 0 when it does not run.
func (c *Cluster) PID() int {
	text, _ := os.ReadFile(filepath.Join(c.folder, "data", "postmaster.pid"))
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(first)
	return pid
}

// Write puts a file into its data, which PostgreSQL alone can read, as "pg_hba.conf".
func (c *Cluster) Write(name, text string) error {
	path := filepath.Join(c.folder, "data", name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return own(path)
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// Package redisd runs a Redis for the session store: the machine's redis-server
// when there is one, and else a stand-in within this process.
//
// It is the whole of one child process of the front, so that taking the store
// away is really ending a process. It knows nothing of sessions.
package redisd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Config is what the front wants of the store: the first line on its standard
// input, as JSON. When the input ends, so does the store.
type Config struct {
	Port     int    `json:"port"` // on the loopback interface; 0 picks a free one
	Password string `json:"password"`

	// MaxMemory is what it holds itself to, in bytes: when it is full it takes no more sessions,
	// and says so. 0 is defaultMemory. The stand-in has no bound.
	MaxMemory int64 `json:"max_memory,omitempty"`
}

const defaultMemory = 256 << 20

// Kinds of Redis.
const (
	Installed = "redis-server"
	StandIn   = "miniredis"
)

// Running is a Redis that answers.
type Running struct {
	Kind    string
	Address string       // host and port
	ended   <-chan error // gets how it ended
	stop    func()
}

// Start runs a Redis and returns when it answers.
func Start(ctx context.Context, c Config) (*Running, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return StartStandIn(c)
	}
	return startInstalled(ctx, program, c)
}

// Wait waits until it ends, or ctx does and ends it.
func (r *Running) Wait(ctx context.Context) error {
	select {
	case err := <-r.ended:
		return fmt.Errorf("%s ended: %w", r.Kind, err)
	case <-ctx.Done():
		r.stop()
		return nil
	}
}

// startInstalled gives redis-server its settings on standard input, where nobody
// can read the password.
func startInstalled(ctx context.Context, program string, c Config) (*Running, error) {
	if c.Port == 0 {
		var err error
		if c.Port, err = freePort(); err != nil {
			return nil, err
		}
	}
	settings := fmt.Sprintf("bind 127.0.0.1\nport %d\nrequirepass %s\nsave \"\"\nappendonly no\nmaxmemory %d\nmaxmemory-policy noeviction\n",
		c.Port, c.Password, cmp.Or(c.MaxMemory, defaultMemory))
	server := exec.Command(program, "-")
	server.Stdin = strings.NewReader(settings)
	endWithParent(server)
	started, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		runtime.LockOSThread() // Linux takes the end of this thread for that of the process
		err := server.Start()
		started <- err
		if err == nil {
			ended <- unasked(server.Wait())
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	r := &Running{Kind: Installed, Address: loopback(c.Port), ended: ended, stop: func() { server.Process.Kill(); <-ended }}
	return r, r.answers(ctx)
}

// unasked turns a clean end into an error as well: nobody asked for it.
func unasked(err error) error {
	if err == nil {
		return errors.New("with status 0")
	}
	return err
}

func (r *Running) answers(ctx context.Context) error {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		connection, err := net.DialTimeout("tcp", r.Address, 100*time.Millisecond)
		if err == nil {
			return connection.Close()
		}
		select {
		case err := <-r.ended:
			return fmt.Errorf("redis-server ended: %w", err)
		case <-ctx.Done():
			r.stop()
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
	r.stop()
	return errors.New("redis-server does not answer")
}

// StartStandIn runs a Redis written in Go: for machines without one. It forgets
// keys whose time has come as Redis does.
func StartStandIn(c Config) (*Running, error) {
	m := miniredis.NewMiniRedis()
	m.RequireAuth(c.Password)
	if err := m.StartAddr(loopback(c.Port)); err != nil {
		return nil, fmt.Errorf("start the stand-in for Redis: %w", err)
	}
	clock := time.NewTicker(time.Second)
	stopped := make(chan struct{})
	go func() {
		for {
			select {
			case <-clock.C:
				m.FastForward(time.Second) // its clock stands still by itself
			case <-stopped:
				return
			}
		}
	}()
	return &Running{Kind: StandIn, Address: m.Addr(), stop: func() { close(stopped); m.Close() }}, nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func freePort() (int, error) {
	listener, err := net.Listen("tcp", loopback(0))
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"twodoors/web/framing"
	"twodoors/web/redisio"
)

// listenFlags say where visitors reach a process.
type listenFlags struct {
	logFlag
	metricsFlag
	inspectorFlag
	Listen  string   `default:"localhost:8080" help:"Address to listen on; port 0 picks a free one." env:"TWODOORS_LISTEN"`
	DB      string   `default:"data/twodoors.db" help:"SQLite file, whose folder is created, or the address of a PostgreSQL, such as postgres://user@localhost/twodoors." env:"TWODOORS_DB"`
	Fresh   bool     `help:"Start with a new database; the existing one is moved aside." env:"TWODOORS_FRESH"`
	Hosts   []string `help:"More host names that the site answers to." env:"TWODOORS_HOSTS"`
	TLSCert string   `name:"tls-cert" help:"Certificate file, to serve HTTPS." env:"TWODOORS_TLS_CERT"`
	TLSKey  string   `name:"tls-key" help:"The certificate's private key." env:"TWODOORS_TLS_KEY"`
}

// redisFlag names a Redis for the session store.
type redisFlag struct {
	RedisURL string `name:"redis" help:"URL of a Redis for sessions, such as redis://localhost:6379, rediss:// with TLS, or of its Sentinels; without it the front runs one." env:"TWODOORS_REDIS"`
}

func (f redisFlag) checkRedis() error {
	if f.RedisURL == "" {
		return nil
	}
	return redisio.Check(f.RedisURL)
}

// Bounds that keep slow or greedy visitors from taking the site away from others.
const (
	maxHeader     = 32 << 10
	maxForwarded  = 4 * maxHeader    // what a front makes of a header: escaped, and with its own lines
	readTimeout   = 10 * time.Second // of the header and the body together
	writeTimeout  = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	finishTimeout = 5 * time.Second
)

func (l listenFlags) check(t terminal) error {
	if err := l.checkLog(t); err != nil {
		return usageError{err}
	}
	_, port, err := net.SplitHostPort(l.Listen)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return usageError{fmt.Errorf("--listen must be a host and a port, such as localhost:8080, not %q", l.Listen)}
	}
	for _, host := range l.Hosts {
		if name := strings.TrimSuffix(host, "."); name == "" || strings.ContainsAny(name, " /@") || strings.Count(name, ":") == 1 {
			return usageError{fmt.Errorf("--hosts must be names without a port, separated by commas, such as example.org, not %q", host)}
		}
	}
	if err := cmp.Or(checkDatabase(l.DB), l.checkFresh(), l.checkMetrics(), l.checkInspector()); err != nil {
		return usageError{err}
	}
	if (l.TLSCert == "") != (l.TLSKey == "") {
		return usageError{errors.New("--tls-cert and --tls-key need each other")}
	}
	return nil
}

func (l listenFlags) secure() bool { return l.TLSCert != "" }

// loopback reports whether only this machine can reach the address.
func (l listenFlags) loopback() bool {
	host, _, _ := net.SplitHostPort(l.Listen)
	ip := net.ParseIP(host)
	return isLocalhost(host) || ip != nil && ip.IsLoopback()
}

// private reports whether nobody else can reach the site: it listens where only this machine does, and no balancer
// passes others on.
func (l listenFlags) private(behind proxyFlags) bool {
	return l.loopback() && len(behind.TrustProxy) == 0
}

// open starts to listen, and returns the address as visitors type it.
func (l listenFlags) open() (listeners []net.Listener, url string, err error) {
	scheme, secure := "http", (*tls.Config)(nil)
	if l.secure() {
		certificate, err := tls.LoadX509KeyPair(l.TLSCert, l.TLSKey)
		if err != nil {
			return nil, "", fmt.Errorf("--tls-cert and --tls-key cannot be used: %w", err)
		}
		scheme, secure = "https", &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}}
	}
	if listeners, err = listenOn(l.Listen); err != nil {
		return nil, "", inTheWay(l.Listen, err)
	}
	host, _, _ := net.SplitHostPort(l.Listen)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	_, port, _ := net.SplitHostPort(listeners[0].Addr().String())
	for i, listener := range listeners {
		listeners[i] = framing.Listen(listener, secure)
	}
	return listeners, scheme + "://" + net.JoinHostPort(host, port), nil
}

// outliveReaders keeps the process when nobody is left who reads what it writes.
func outliveReaders() { signal.Ignore(syscall.SIGPIPE) }

// announce says where the site is, to others as well, and waits for a moment only until
// that is read.
func (l listenFlags) announce(t terminal, url string) {
	if others := l.others(url); len(others) > 0 {
		fmt.Fprintln(t.log, "Others can reach it at", strings.Join(others, " or "))
	}
	said := make(chan struct{})
	go func() {
		fmt.Fprintln(t.notice, "Two Doors is open at", url)
		close(said)
	}()
	select {
	case <-said:
	case <-time.After(writePatience):
	}
}

// trust lets a client of our own connect to this very site, whatever its name: whoever
// shows another certificate is somebody else. It is nil without HTTPS.
func (l listenFlags) trust() (*tls.Config, error) {
	if !l.secure() {
		return nil, nil
	}
	own, err := tls.LoadX509KeyPair(l.TLSCert, l.TLSKey)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		InsecureSkipVerify: true, // the name may be one of --hosts; what follows is stricter than names
		VerifyConnection: func(state tls.ConnectionState) error {
			if !bytes.Equal(state.PeerCertificates[0].Raw, own.Certificate[0]) {
				return errors.New("this is not the site's own certificate")
			}
			return nil
		},
	}, nil
}

// collectSeldom lets garbage grow to four times what is kept before it is collected: a
// process here keeps a few megabytes, and makes as much again within a hundredth of a
// second.
func collectSeldom() { debug.SetGCPercent(400) }

// serve answers until ctx ends; then it lets running requests finish.
func serve(ctx context.Context, listeners []net.Listener, handler http.Handler, headerBytes int, closing func()) error {
	server := &http.Server{
		Handler: handler, MaxHeaderBytes: headerBytes, DisableGeneralOptionsHandler: true, // it would answer without our headers
		ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	failed := make(chan error, len(listeners))
	for _, listener := range listeners {
		go func() { failed <- server.Serve(listener) }()
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	closing()
	bounded, cancel := context.WithTimeout(context.Background(), finishTimeout)
	defer cancel()
	if err := server.Shutdown(bounded); err != nil {
		return server.Close()
	}
	return nil
}

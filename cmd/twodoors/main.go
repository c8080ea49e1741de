// Command twodoors is Two Doors: a web site with two parallel logins, one by
// cookie session and one by JWT, that shows how each request was authorized.
//
// This package reads the command line and ties everything together: serve.go
// the front and its servers, server.go one server, listen.go what both need to
// be reached. Nothing else in the program knows all the parts.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/alecthomas/kong"

	"twodoors/data"
)

func main() {
	out := os.Stdout
	os.Stdout = os.Stderr // behind a front, out is the control channel: what anybody prints goes to the log
	log := newLogQueue(os.Stderr)
	status := run(untilAsked(), os.Args[1:], terminal{os.Stdin, out, os.Stderr, log, out})
	log.flush()
	os.Exit(status)
}

// untilAsked returns a context that ends when somebody asks the program to end: by an
// interrupt, or by closing its terminal. An interrupt after that ends the program at
// once; the other two may well come twice, from the kernel and from a shell.
func untilAsked() context.Context {
	ctx, end := context.WithCancel(context.Background())
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // it is under nohup
		ends = append(ends, syscall.SIGHUP)
	}
	asked := make(chan os.Signal, 8)
	signal.Notify(asked, ends...)
	go func() {
		for s := range asked {
			if s == os.Interrupt && ctx.Err() != nil {
				endAtOnce()
			}
			end()
		}
	}()
	return ctx
}

// endAtOnce ends the program as an interrupt that nobody handles does.
func endAtOnce() {
	signal.Reset(os.Interrupt)
	if self, err := os.FindProcess(os.Getpid()); err == nil && self.Signal(os.Interrupt) == nil {
		select {} // until it arrives
	}
	os.Exit(statusFailed) // Windows cannot send it
}

// leaveSignals leaves it to the process that started this one when both end: a terminal
// sends its signals to both. They are received and dropped, because signal.Ignore does not
// work for them on Windows. A second interrupt ends both at once.
func leaveSignals() {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
}

// Exit statuses.
const (
	statusOK     = 0
	statusFailed = 1
	statusUsage  = 2
)

type commands struct {
	Serve      serveCommand      `cmd:"" default:"withargs" help:"Run the front and its servers."`
	Server     serverCommand     `cmd:"" help:"Run one server alone, without a front."`
	Redis      redisCommand      `cmd:"" hidden:"" help:"Run the session store of a front."`
	Token      tokenCommand      `cmd:"" help:"Decode, verify or sign a token."`
	Experiment experimentCommand `cmd:"" help:"Run an experiment on separate servers."`
	Lab        labCommand        `cmd:"" help:"Check the record of a lab."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

// terminal is where a command reads and writes.
type terminal struct {
	in     io.Reader
	out    io.Writer
	errors io.Writer
	log    io.Writer // standard error as well, for those who must not wait for its reader
	notice io.Writer // standard output, for what nobody has to get
}

// usageError is a flag that cannot be.
type usageError struct{ error }

func run(ctx context.Context, arguments []string, t terminal) int {
	slog.SetDefault(newLogger(t.log, logFormat()))
	if c, is := readBehind(arguments); is {
		return do(ctx, t, c.run)
	}
	var c commands
	done := false
	options := append(values, kong.Name("twodoors"),
		kong.Description("Cookie sessions or JWTs? One site with both, and an inspector that shows how each request was authorized."),
		kong.Writers(t.out, t.log), kong.Exit(func(int) { done = true }), kong.BindTo(ctx, (*context.Context)(nil)))
	parser, err := kong.New(&c, options...)
	if err != nil {
		fmt.Fprintln(t.log, "twodoors:", err)
		return statusFailed
	}
	command, err := parser.Parse(arguments)
	if done {
		return statusOK // it was --help, which has been answered
	}
	if err != nil {
		return fail(t.log, usageError{err})
	}
	return do(ctx, t, func(t terminal) error { return command.Run(t, givenTo(command)) })
}

// do runs a command, says what is wrong when it fails, and returns the program's status.
func do(ctx context.Context, t terminal, command func(terminal) error) int {
	printed := &output{to: t.out}
	t.out = printed
	err := cmp.Or(command(t), printed.fault())
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = errors.New("interrupted before it was finished")
	}
	if err != nil {
		return fail(t.log, inWords(err))
	}
	return statusOK
}

// inWords says for people what the database does not do, and logs what it said itself.
func inWords(err error) error {
	why := data.Obstacle(err)
	if why == "" {
		return err
	}
	slog.Error("the database failed", "err", err)
	return errors.New(why)
}

// output remembers when it could not be written: what nobody got has not been done.
type output struct {
	to io.Writer

	mu  sync.Mutex
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.err = cmp.Or(o.err, err)
	return n, err
}

func (o *output) fault() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return fmt.Errorf("the output cannot be written: %w", o.err)
	}
	return nil
}

func fail(out io.Writer, err error) int {
	fmt.Fprintln(out, "twodoors:", err)
	if usage, ok := errors.AsType[usageError](err); ok && usage.error != nil {
		return statusUsage
	}
	return statusFailed
}

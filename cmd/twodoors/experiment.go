package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/experiment"
)

// experimentCommand runs experiments on a site of their own, and prints what they
// found out.
type experimentCommand struct {
	Survive surviveCommand `cmd:"" help:"Which logins survive a restart, a crash, another server, a lost store?"`
	Balance balanceCommand `cmd:"" help:"What share of requests stays logged in, behind 1 to 5 servers?"`
	Steal   stealCommand   `cmd:"" help:"What stops a thief with a stolen credential, and who else is logged out?"`
	Forge   forgeCommand   `cmd:"" help:"Which step refuses which forged token, and how fast can secrets and IDs be guessed?"`
	Cost    costCommand    `cmd:"" help:"What does a request cost in time and bytes, and how does that grow?"`
}

// chosen is what somebody chose of an experiment.
type chosen struct {
	name    string
	options experiment.Options
	asJSON  bool
}

// try starts a front on a free port, has it run an experiment as a page has, and prints what
// came of it when it was run to its end. The status is 0 when all of it was tried, whatever it
// says. It returns the experiment's error, also when the result has parts that could not be
// tried and say so.
func try[R experiment.Result](ctx context.Context, t terminal, c chosen, print func(io.Writer, R)) error {
	if err := experiment.Check(c.name, c.options); err != nil {
		return usageError{fmt.Errorf("--%w", err)}
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	site, err := experiment.Open(ctx, program)
	if err != nil {
		return err
	}
	defer site.Close()
	report, done := follow(t.errors)
	result, err := experiment.On[R](ctx, site, c.name, c.options, report)
	done()
	if _, incomplete := errors.AsType[*experiment.IncompleteError](err); err != nil && !incomplete {
		if fault := site.Fault(); fault != "" && ctx.Err() == nil {
			fmt.Fprintln(t.errors, fault) // nobody else sees the log of that front
		}
		return err
	}
	if c.asJSON {
		return cmp.Or(printJSON(t.out, result), err)
	}
	print(t.out, result)
	return err
}

func printJSON(out io.Writer, result experiment.Result) error {
	object, err := json.Marshal(result, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, string(object))
	return err
}

// follow shows the progress of an experiment in one line, where somebody sees it: at
// a terminal. What is written to a file stays clean.
func follow(out io.Writer) (report func(experiment.Progress), done func()) {
	file, ok := out.(*os.File)
	if ok {
		about, err := file.Stat()
		ok = err == nil && about.Mode()&os.ModeCharDevice != 0
	}
	if !ok {
		return func(experiment.Progress) {}, func() {}
	}
	const clear = "\r\x1b[K"
	return func(p experiment.Progress) { fmt.Fprintf(out, clear+"%d of %d  %s", p.Done, p.Total, p.Doing) },
		func() { fmt.Fprint(out, clear) }
}

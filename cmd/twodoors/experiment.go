package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"twodoors/web/experiment"
)

// experimentCommand runs experiments on servers of their own, and prints what they
// found out.
type experimentCommand struct {
	Survive surviveCommand `cmd:"" help:"What survives a restart, a crash, another server, a store that is gone?"`
	Balance balanceCommand `cmd:"" help:"What fraction of requests stays logged in, for 1 to 5 servers?"`
	Steal   stealCommand   `cmd:"" help:"What stops somebody who has stolen a credential, and whom else does it throw out?"`
	Forge   forgeCommand   `cmd:"" help:"Which step refuses which forged token, and how fast can secrets and ids be guessed?"`
	Cost    costCommand    `cmd:"" help:"What does a request cost, in time and bytes, and how does that grow?"`
}

type surviveCommand struct {
	Only string `help:"A part of the table: names of rows or columns, with commas between."`
	JSON bool   `name:"json" help:"Print the table as JSON, with the traces."`
}

// Run prints the table. The status is 0 when all of it was tried, whatever it says.
func (c *surviveCommand) Run(ctx context.Context, t terminal) error {
	var part experiment.Part
	if c.Only != "" {
		var err error
		if part, err = experiment.ParsePart(c.Only); err != nil {
			return usageError{fmt.Errorf("--only %w", err)}
		}
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	report, done := follow(t.errors)
	survival, err := experiment.Survive(ctx, program, part, report)
	done()
	return show(t.out, c.JSON, survival, err, func() { printSurvival(t.out, survival) })
}

func printSurvival(out io.Writer, s *experiment.Survival) {
	header := table.Row{""}
	for _, event := range s.Events {
		header = append(header, event.Title)
	}
	rows := newTable(out, header)
	for _, credential := range s.Credentials {
		row := table.Row{credential.Title}
		for _, event := range s.Events {
			row = append(row, cellText(s.Cell(credential.Name, event.Name)))
		}
		rows.AppendRow(row)
		rows.AppendSeparator()
	}
	rows.Render()
	for _, cell := range s.Cells {
		if cell.Fault != "" {
			fmt.Fprintf(out, "%s, %s: %s\n", cell.Credential, cell.Event, cell.Fault)
		}
	}
	fmt.Fprintf(out, "Milliseconds: how long nobody could say yes or no. Tried in %.1f s, on servers of its own.\n", float64(s.Milliseconds)/1000)
}

func cellText(cell *experiment.Cell) string {
	if cell == nil || cell.Fault != "" {
		return "not tried"
	}
	return strings.TrimSpace(string(cell.Verdict) + "\n" + cell.Without())
}

type balanceCommand struct {
	Requests int  `default:"60" help:"How many requests each visitor sends."`
	JSON     bool `name:"json" help:"Print the table as JSON, with traces."`
}

// Run prints the table. The status is 0 when all of it was tried, whatever it says.
func (c *balanceCommand) Run(ctx context.Context, t terminal) error {
	if c.Requests < 1 || c.Requests > experiment.MaxRequests {
		return usageError{fmt.Errorf("--requests must be from 1 to %d, not %d", experiment.MaxRequests, c.Requests)}
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	report, done := follow(t.errors)
	balanced, err := experiment.Balance(ctx, program, c.Requests, report)
	done()
	return show(t.out, c.JSON, balanced, err, func() { printBalanced(t.out, balanced) })
}

func printBalanced(out io.Writer, b *experiment.Balanced) {
	header := table.Row{"", "balance"}
	for _, servers := range b.Servers {
		header = append(header, strconv.Itoa(servers)+plural(servers, " server"))
	}
	rows := newTable(out, header)
	for _, credential := range b.Credentials {
		for _, balance := range b.Balances {
			row := table.Row{credential.Title, balance}
			for _, servers := range b.Servers {
				let := "not tried"
				if c := b.Case(credential.Name, balance, servers); c != nil && c.Fault == "" {
					let = fmt.Sprintf("%.0f %%", 100*c.Fraction)
				}
				row = append(row, let)
			}
			rows.AppendRow(row)
		}
		rows.AppendSeparator()
	}
	rows.Render()
	fmt.Fprintf(out, "Of %d requests of somebody who had logged in, as many were let in. Tried in %.1f s, on servers of its own.\n", b.Requests, float64(b.Milliseconds)/1000)
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// newTable returns a table whose columns are as wide as the longest verdict.
func newTable(out io.Writer, header table.Row) table.Writer {
	rows := table.NewWriter()
	rows.SetOutputMirror(out)
	rows.SetStyle(table.StyleLight)
	rows.Style().Format.Header = 0 // as it is written
	rows.AppendHeader(header)
	columns := []table.ColumnConfig{{Number: 1, WidthMax: 18, WidthMaxEnforcer: text.WrapSoft}}
	for i := range header[1:] {
		columns = append(columns, table.ColumnConfig{Number: i + 2, WidthMax: 11, WidthMaxEnforcer: text.WrapSoft})
	}
	rows.SetColumnConfigs(columns)
	return rows
}

// show prints what came of an experiment, as JSON or as a table, when it was run to its
// end. It returns the experiment's error, also when the result has parts that could not be
// tried and say so.
func show(out io.Writer, asJSON bool, result experiment.Result, err error, print func()) error {
	if _, incomplete := errors.AsType[*experiment.IncompleteError](err); err != nil && !incomplete {
		return err
	}
	if asJSON {
		return cmp.Or(printJSON(out, result), err)
	}
	print()
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

package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"twodoors/web/experiment"

	"github.com/jedib0t/go-pretty/v6/table"
)

type surviveCommand struct {
	Only string `help:"Only these rows or columns, separated by commas."`
	JSON bool   `name:"json" help:"Print the table as JSON, with the traces."`
}

func (c *surviveCommand) Run(ctx context.Context, t terminal) error {
	return try(ctx, t, chosen{"survive", experiment.Options{Only: c.Only}, c.JSON}, printSurvival)
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
		if why := cmp.Or(cell.Fault, cell.Inapplicable); why != "" {
			fmt.Fprintf(out, "%s, %s: %s\n", cell.Credential, cell.Event, why)
		}
	}
	fmt.Fprintf(out, "Milliseconds: how long the site gave neither a yes nor a no. Ran in %.1f s on separate servers.\n", float64(s.Milliseconds)/1000)
}

func cellText(cell *experiment.Cell) string {
	if cell == nil || cell.Fault != "" {
		return "not run"
	}
	if cell.Inapplicable != "" {
		return "–"
	}
	return strings.TrimSpace(string(cell.Verdict) + "\n" + cell.Without())
}

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"twodoors/web/experiment"
)

type stealCommand struct {
	JSON bool `name:"json" help:"Print the table as JSON, with the traces."`
}

func (c *stealCommand) Run(ctx context.Context, t terminal) error {
	return try(ctx, t, chosen{name: "steal", asJSON: c.JSON}, printTheft)
}

func printTheft(out io.Writer, t *experiment.Theft) {
	header := table.Row{"stolen", "countermeasure", "the thief got in", fmt.Sprintf("of %d others", t.Others), "own other device"}
	rows := newTable(out, header)
	rows.SetColumnConfigs(nil) // there is room
	for _, stolen := range t.Stolen {
		for _, measure := range t.Measures {
			o := t.Outcome(stolen.Name, measure.Name)
			if o == nil || o.Fault != "" {
				rows.AppendRow(table.Row{stolen.Title, measure.Title, "not run"})
				continue
			}
			rows.AppendRow(table.Row{stolen.Title, measure.Title, o.UntilInWords(), o.OthersInWords(), o.Device.InWords()})
		}
		rows.AppendSeparator()
	}
	rows.Render()
	for _, o := range t.Outcomes {
		if o.Fault != "" {
			fmt.Fprintf(out, "%s, %s: %s\n", o.Stolen, o.Measure, o.Fault)
		}
	}
	fmt.Fprintf(out, "Milliseconds: from the countermeasure's answer to the thief's last allowed request. The stolen credential was valid for %.0f s.\n"+
		"The others have their own accounts; the other device is logged in to the victim's account. \"Came back\" means without a password.\n"+
		"Ran in %.1f s on separate servers.\n",
		float64(t.Lifetime)/1000, float64(t.Milliseconds)/1000)
}

package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"twodoors/web/experiment"
)

type forgeCommand struct {
	JSON bool `name:"json" help:"Print the table as JSON, with the traces."`
}

func (c *forgeCommand) Run(ctx context.Context, t terminal) error {
	return try(ctx, t, chosen{name: "forge", asJSON: c.JSON}, printForging)
}

func printForging(out io.Writer, f *experiment.Forging) {
	rows := newTable(out, table.Row{"forgery", "the site signs with", "refused at", "careless verifiers that accept it"})
	rows.SetColumnConfigs([]table.ColumnConfig{{Number: 1, AutoMerge: true}})
	for _, kind := range f.Kinds {
		for _, one := range f.Forgeries {
			if one.Kind != kind {
				continue
			}
			refused, by := string(one.Refused), strings.Join(one.LetInBy, ", ")
			if one.Unasked {
				by = "not tested: there is no public key"
			}
			switch {
			case one.Fault != "":
				refused = "not possible"
			case refused == "":
				refused = fmt.Sprintf("nowhere: %d", one.Status)
			}
			rows.AppendRow(table.Row{kind, one.Algorithm, refused, by})
		}
		rows.AppendSeparator()
	}
	rows.Render()
	if c := f.Cracked; c != nil {
		fmt.Fprintf(out, "A weak secret, %s, was found at guess %d after %.2f s: %.0f a second. "+
			"A secret of 256 random bits would take %s years.\n", c.Secret, c.Tried, c.Seconds, c.PerSecond, c.Years)
	}
	if g := f.Guessed; g != nil {
		fmt.Fprintf(out, "Of %d guessed session IDs, %d were valid, at %.0f guesses a second. "+
			"Trying all IDs of 128 bits would take %s years.\n", g.Guesses, g.LetIn, g.PerSecond, g.Years)
	}
	fmt.Fprintf(out, "Ran in %.1f s on separate servers.\n", float64(f.Milliseconds)/1000)
}

package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"twodoors/web/experiment"

	"github.com/jedib0t/go-pretty/v6/table"
)

type balanceCommand struct {
	Requests int  `default:"60" help:"How many requests each visitor sends."`
	JSON     bool `name:"json" help:"Print the table as JSON, with traces."`
}

func (c *balanceCommand) Run(ctx context.Context, t terminal) error {
	return try(ctx, t, chosen{"balance", experiment.Options{Requests: &c.Requests}, c.JSON}, printBalanced)
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
				let := "not run"
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
	fmt.Fprintf(out, "Share of %d requests by a logged-in visitor that were allowed. Ran in %.1f s on separate servers.\n",
		b.Requests, float64(b.Milliseconds)/1000)
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

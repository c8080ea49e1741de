package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"twodoors/web/experiment"
)

type costCommand struct {
	JSON bool `name:"json" help:"Print the figures as JSON, with traces."`
}

func (c *costCommand) Run(ctx context.Context, t terminal) error {
	return try(ctx, t, chosen{name: "cost", asJSON: c.JSON}, printCosts)
}

func printCosts(out io.Writer, c *experiment.Costs) {
	rows := newTable(out, table.Row{"", "door, µs", "whole, µs", "credential, B", "request, B", "answer, B"})
	rows.SetColumnConfigs(nil) // there is room
	steps := newTable(out, table.Row{"", "steps, µs"})
	steps.SetColumnConfigs([]table.ColumnConfig{{Number: 2, WidthMax: 72, WidthMaxEnforcer: text.WrapSoft}})
	for _, k := range c.Kinds {
		if k.Fault != "" {
			rows.AppendRow(table.Row{k.Title, "not measured"})
			continue
		}
		rows.AppendRow(table.Row{k.Title, fmt.Sprintf("%.1f", micro(k.Nanoseconds)), fmt.Sprintf("%.0f", micro(k.Whole)), k.Credential, k.RequestBytes, k.ResponseBytes})
		steps.AppendRow(table.Row{k.Title, stepsText(k.Steps)})
	}
	rows.Render()
	steps.Render()
	grown := newTable(out, table.Row{"users", "in memory", "in SQLite", "revocation list", "tokens without a list"})
	grown.SetColumnConfigs(nil)
	for _, g := range c.Growth {
		users := fmt.Sprint(g.Users)
		if g.Computed {
			users += ", computed"
		}
		grown.AppendRow(table.Row{users, keptText(g.Memory), keptText(g.SQLite), keptText(g.List), "0 B"})
	}
	grown.Render()
	for _, k := range c.Kinds {
		if k.Fault != "" {
			fmt.Fprintf(out, "%s: %s\n", k.Title, k.Fault)
		}
	}
	if others := c.MeanwhileInWords(); others != "" {
		fmt.Fprintln(out, others)
	}
	fmt.Fprintf(out, "Medians of %d requests of each kind, through a front. Storage and lookups are measured with up to\n"+
		"100,000 users in a map and in a separate database: repeated lookups, and (in parentheses) the first\n"+
		"one after a write.\n"+
		"Measured in %.1f s.\n", c.Requests, float64(c.Milliseconds)/1000)
}

func stepsText(steps []experiment.CostOfStep) string {
	words := make([]string, len(steps))
	for i, step := range steps {
		words[i] = fmt.Sprintf("%s=%.1f", step.Name, micro(step.Nanoseconds)) // no blank, so that a line breaks between steps only
	}
	return strings.Join(words, " ")
}

func micro(ns int64) float64 { return float64(ns) / 1000 }

func keptText(k experiment.Held) string {
	size := fmt.Sprintf("%d kB", (k.Bytes+999)/1000)
	switch {
	case k.Nanoseconds == 0:
		return size
	case k.Nanoseconds < 1000:
		return fmt.Sprintf("%s, %d ns", size, k.Nanoseconds)
	case k.First == 0:
		return fmt.Sprintf("%s, %.1f µs", size, micro(k.Nanoseconds))
	}
	return fmt.Sprintf("%s, %.1f µs (first %.1f)", size, micro(k.Nanoseconds), micro(k.First))
}

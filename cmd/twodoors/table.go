package main

import (
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

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

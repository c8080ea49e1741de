package shared

import (
	"context"
	"errors"
	"time"

	"twodoors/data"
)

// Database keeps traces in a database that servers on several machines share.
type Database struct {
	*data.Traces
	now func() time.Time
}

// InDatabase returns the store in a table. Now is the time of all who share it.
func InDatabase(table *data.Traces, now func() time.Time) *Database { return &Database{table, now} }

// Append keeps records in their order, and numbers them.
func (d *Database) Append(ctx context.Context, records []data.TraceRecord) error {
	return d.Traces.Append(ctx, records, d.now())
}

// Sizes lists what is kept for each seat, and returns a number that would be given now.
func (d *Database) Sizes(ctx context.Context) (sizes []data.SeatTraces, now int64, err error) {
	sizes, err = d.Traces.Sizes(ctx)
	return sizes, d.now().UnixMicro(), err
}

// Passing reports whether an error may be gone when the same is tried again: nothing is wrong with what was asked.
func (d *Database) Passing(err error) bool {
	return data.KindOf(err) != data.NoFault || errors.Is(err, context.DeadlineExceeded)
}

// Most is how many traces it has room for.
func (d *Database) Most() int { return MaxTraces }

// Explain leaves the error as it is: everybody knows the faults of the database.
func (d *Database) Explain(err error) error { return err }

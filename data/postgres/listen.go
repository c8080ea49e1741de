package postgres

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// channel is what is announced on: LISTEN and NOTIFY are of one database.
const channel = "twodoors"

// Announce tells all who listen, once the transaction has happened.
func (e *engine) Announce(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "SELECT pg_notify('"+channel+"', '')")
	return err
}

// listenAgain is the time between two tries to listen.
const listenAgain = 200 * time.Millisecond

// Listen calls heard after each announcement, and after each time when its connection was lost: what was announced
// meanwhile, nobody has heard.
func (e *engine) Listen(ctx context.Context, heard func()) {
	for told := false; ctx.Err() == nil; {
		err := e.listen(ctx, func() {
			told = false
			heard()
		})
		if ctx.Err() == nil && !told {
			slog.Warn("the database does not tell of changes; this process looks for them every now and then", "err", err)
		}
		told = true
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

func (e *engine) listen(ctx context.Context, heard func()) error {
	conn, err := pgx.ConnectConfig(ctx, e.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		heard()
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
	}
}

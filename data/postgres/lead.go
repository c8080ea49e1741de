package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// leadWithin is how long it takes PostgreSQL at most to notice that a front was killed.
const leadWithin = 2 * time.Second

var errLed = errors.New("another front leads")

// Lead makes this process the only front of a database, until ctx ends. Its error is one sentence for the person who
// started the program.
func Lead(ctx context.Context, address string) error {
	conn, err := lead(ctx, address)
	for began := time.Now(); errors.Is(err, errLed) && time.Since(began) < leadWithin && ctx.Err() == nil; {
		time.Sleep(50 * time.Millisecond)
		conn, err = lead(ctx, address)
	}
	if errors.Is(err, errLed) {
		return fmt.Errorf("another front uses the PostgreSQL database %s: end that one, start this process as twodoors server, or name another database with --db", Label(address))
	}
	if err != nil {
		return sentence(address, err)
	}
	go hold(ctx, address, conn)
	return nil
}

// lead takes the lock on a connection, which has it as long as it lives.
func lead(ctx context.Context, address string) (*pgx.Conn, error) {
	config, err := parse(address)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return nil, err
	}
	var leads bool
	err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock(hashtextextended('front', 0))").Scan(&leads)
	if err == nil && !leads {
		err = errLed
	}
	if err != nil {
		conn.Close(context.Background())
		return nil, err
	}
	return conn, nil
}

// hold takes the lock again whenever its connection is lost, as when PostgreSQL restarts.
func hold(ctx context.Context, address string, conn *pgx.Conn) {
	for told := false; ctx.Err() == nil; {
		if conn == nil {
			var err error
			if conn, err = lead(ctx, address); errors.Is(err, errLed) && !told {
				told = true
				slog.Error("another front has taken over the database: end one of them")
			}
		}
		if conn != nil {
			told = false
			conn.WaitForNotification(ctx) // nobody tells anything; it returns when the connection is lost
			conn.Close(context.Background())
			conn = nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

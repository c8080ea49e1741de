package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"twodoors/data"
	"twodoors/data/postgres"
	"twodoors/tests/cluster"
)

// While every connection waits for a locked table, whoever has little time is told within it.
func TestWaitForAConnectionEndsAtTheDeadline(t *testing.T) {
	t.Parallel()
	address := cluster.Shared(t).Database(t)
	openAt(t, address)
	traces, err := postgres.OpenTraces(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { traces.Close() })
	waiting := lockTraces(t, address)
	for range 12 {
		go traces.Find(t.Context(), "a seat", "a trace")
	}
	for waiting() < 3 {
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err = traces.Find(ctx, "a seat", "a trace")
	if took := time.Since(began); data.KindOf(err) != data.Away || took > time.Second {
		t.Errorf("%v after %s", err, took)
	}
}

// lockTraces locks the table until the test ends, and returns what counts the statements that wait for it.
func lockTraces(t *testing.T, address string) (waiting func() int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	for _, statement := range []string{"BEGIN", "LOCK TABLE traces IN ACCESS EXCLUSIVE MODE"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return func() (n int) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_locks WHERE relation = 'traces'::regclass AND NOT granted").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
}

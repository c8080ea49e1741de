package postgres_test

import (
	"context"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/postgres"
	"twodoors/tests/cluster"
)

// Who listens hears of a change by anybody, and hears once more when the connection was lost: what was announced
// meanwhile is found by looking.
func TestListenersHearOfChanges(t *testing.T) {
	t.Parallel()
	address := cluster.Shared(t).Database(t)
	db, other := openAt(t, address), openAt(t, address)
	heard := make(chan struct{}, 100)
	listening, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		db.Agreed.Listen(listening, func() { heard <- struct{}{} })
		close(ended)
	}()
	hears := func(what string) {
		t.Helper()
		select {
		case <-heard:
		case <-time.After(20 * time.Second):
			t.Fatalf("nothing was heard of %s", what)
		}
	}
	hears("the beginning")
	if _, err := other.Agreed.Change(t.Context(), 1, []byte("x"), data.Adoption{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	hears("a change")
	cluster.In(t, address, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
	hears("a lost connection")
	if err := other.Keys.Adopt(t.Context(), "", true, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Agreed.Change(t.Context(), 2, []byte("y"), data.Adoption{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	hears("a change after that")
	stop()
	<-ended
}

func openAt(t *testing.T, address string) *data.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Package cluster runs a PostgreSQL for tests, as experiments have one: see web/postgresd. It lies in a temporary
// folder.
//
// Shared returns one for as long as the test program lives; each test has a database of its own in it.
package cluster

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"twodoors/web/postgresd"
)

// Cluster is a PostgreSQL that can be stopped, killed and started again, at the same address.
type Cluster struct{ *postgresd.Cluster }

var shared = sync.OnceValues(func() (*Cluster, error) { return New() })

// Shared is the cluster of a test program, started by the first test that asks.
func Shared(t testing.TB) *Cluster {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// New makes a cluster and starts it, with more settings such as "fsync=on". It ends, and its folder goes, with the test
// program, however that ends.
func New(settings ...string) (*Cluster, error) {
	folder, err := os.MkdirTemp("", "postgres")
	if err != nil {
		return nil, err
	}
	c, err := postgresd.Make(folder, settings...)
	return &Cluster{c}, err
}

// Standby makes a second cluster that follows it, at another address.
func (c *Cluster) Standby(t testing.TB) *Cluster {
	t.Helper()
	folder, err := os.MkdirTemp("", "standby")
	if err != nil {
		t.Fatal(err)
	}
	standby, err := c.Cluster.Standby(folder)
	if err != nil {
		t.Fatal(err)
	}
	return &Cluster{standby}
}

// Encrypt gives it a certificate, and decides who else than its administrator may come in: by lines of pg_hba.conf.
func (c *Cluster) Encrypt(t testing.TB, certificate, key, admitted string) {
	t.Helper()
	for name, text := range map[string]string{"server.crt": certificate, "server.key": key, "pg_hba.conf": administrator + admitted} {
		if err := c.Write(name, text); err != nil {
			t.Fatal(err)
		}
	}
	c.Administer(t, "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
}

const administrator = "host all,replication postgres 127.0.0.1/32 scram-sha-256\n"

// Database makes an empty database for a test and returns its address. It goes with the test.
func (c *Cluster) Database(t testing.TB) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	c.Administer(t, "CREATE DATABASE "+name)
	t.Cleanup(func() {
		Execute(context.Background(), c.Address(postgresd.Initial), "DROP DATABASE "+name+" WITH (FORCE)")
	})
	return c.Address(name)
}

// Administer runs statements as the administrator.
func (c *Cluster) Administer(t testing.TB, statements ...string) {
	t.Helper()
	In(t, c.Address(postgresd.Initial), statements...)
}

// Has reports whether a condition is so in a database.
func (c *Cluster) Has(t testing.TB, database, query string) (so bool) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.Address(database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), query).Scan(&so); err != nil {
		t.Fatal(err)
	}
	return so
}

// In runs statements in the database of an address.
func In(t testing.TB, address string, statements ...string) {
	t.Helper()
	if err := Execute(t.Context(), address, statements...); err != nil {
		t.Fatal(err)
	}
}

// Execute runs statements in the database of an address.
func Execute(ctx context.Context, address string, statements ...string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%.60s: %w", statement, err)
		}
	}
	return nil
}

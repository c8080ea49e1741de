package cluster

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Encrypt gives it a certificate, and decides who else than its administrator may come in: by lines of pg_hba.conf.
func (c *Cluster) Encrypt(t testing.TB, certificate, key, admitted string) {
	t.Helper()
	for name, text := range map[string]string{"server.crt": certificate, "server.key": key, "pg_hba.conf": administrator + admitted} {
		path := filepath.Join(c.data(), name)
		err := os.WriteFile(path, []byte(text), 0o600)
		if err == nil {
			err = own(path)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c.Administer(t, "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
}

const administrator = "host all,replication postgres 127.0.0.1/32 scram-sha-256\n"

// Standby makes a second cluster that follows it, at another address.
func (c *Cluster) Standby(t testing.TB) *Cluster {
	t.Helper()
	folder, err := os.MkdirTemp("", "standby")
	if err != nil {
		t.Fatal(err)
	}
	s := &Cluster{folder: folder, programs: c.programs, password: c.password}
	if err := own(folder); err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{
		func() error {
			return s.run("pg_basebackup", "--pgdata="+s.data(), "--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--dbname="+c.Address("postgres"))
		},
		s.choosePort, s.reap, s.Start,
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Promote ends that it follows another one: from then on it takes writes.
func (c *Cluster) Promote() error {
	return c.run("pg_ctl", "promote", "--wait", "--pgdata="+c.data())
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

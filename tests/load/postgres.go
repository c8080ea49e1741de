package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"twodoors/tests/cluster"
)

// besideBare are the targets of the part "postgres" alone.
func (b *bench) besideBare(ctx context.Context) ([]target, error) {
	bare, err := b.naiveTarget("bare")
	if err != nil {
		return nil, err
	}
	others, err := b.onPostgres(ctx)
	return append(others, bare), err
}

// onPostgres are our server with all it keeps in a PostgreSQL, and scs with pgxstore on another database of it. Servers
// with the list of revoked tokens on, with sessions in Redis, and with all in SQLite stand beside them.
func (b *bench) onPostgres(ctx context.Context) (all []target, err error) {
	postgres, err := cluster.New("fsync=on", "full_page_writes=on", "shared_buffers=128MB") // as it comes
	if err != nil {
		return nil, err
	}
	b.postgres = postgres
	for _, name := range []string{"ours", "theirs", "listed", "million"} {
		if err := cluster.Execute(ctx, postgres.Address("postgres"), "CREATE DATABASE "+name); err != nil {
			return nil, err
		}
	}
	naive, err := b.naiveOn("scs-postgres", postgres.Address("theirs"))
	if err != nil {
		return nil, err
	}
	naive.name, naive.database = "postgres/naive-scs", postgres.PID()
	all = append(all, naive)
	redis, err := b.redis()
	if err != nil {
		return nil, err
	}
	for _, ours := range []struct {
		session, token, database, store string
		flags                           []string
	}{
		{"postgres/session", "postgres/token", postgres.Address("ours"), "database", nil},
		{"postgres/session-redis", "postgres/token-listed", postgres.Address("listed"), "redis", []string{"--revocation=on", "--redis=redis://" + redis.address}},
		{"postgres/sqlite-session", "postgres/sqlite-token-listed", filepath.Join(b.folder, "listed", "two.db"), "database", []string{"--revocation=on"}},
	} {
		s, err := b.openOn(ours.database, "server", ours.store, ours.flags...)
		if err != nil {
			return nil, err
		}
		pid := postgres.PID()
		if filepath.IsAbs(ours.database) {
			pid = 0
		}
		all = append(all,
			target{name: ours.session, address: s.address, request: s.sessionRequest(s.address), pids: []int{s.pid()}, database: pid},
			target{name: ours.token, address: s.address, request: s.tokenRequest(s.address), pids: []int{s.pid()}, database: pid})
	}
	million, err := b.millionOnPostgres(ctx)
	return append(all, million), err
}

// millionOnPostgres is a server whose table of sessions has a million rows of others.
func (b *bench) millionOnPostgres(ctx context.Context) (t target, err error) {
	address := b.postgres.Address("million")
	s, err := b.openOn(address, "server", "database")
	if err != nil {
		return t, err
	}
	if err := cluster.Execute(ctx, address, `INSERT INTO sessions (id_hash, user_id, data, expires_at)
		SELECT encode(sha256(CAST(CAST(i AS text) AS bytea)), 'base64'), 1, decode(repeat('00', 41), 'hex'), extract(epoch FROM now()) + 43200
		FROM generate_series(1, 1000000) AS i`, "ANALYZE sessions"); err != nil {
		return t, fmt.Errorf("fill the table of sessions: %w", err)
	}
	return target{
		name: "postgres/session-million", address: s.address, request: s.sessionRequest(s.address), pids: []int{s.pid()}, database: b.postgres.PID(),
	}, nil
}

// redis starts a Redis that keeps nothing on disk.
func (b *bench) redis() (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &process{address: listener.Addr().String()}
	listener.Close()
	_, port, _ := net.SplitHostPort(p.address)
	p.cmd = exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "")
	if p.input, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	b.running = append(b.running, p)
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", p.address)
		if err == nil {
			return p, conn.Close()
		}
		if time.Since(began) > 5*time.Second {
			return nil, err
		}
	}
}

// postgresSessions is scs on pgxstore as its introduction shows it.
func postgresSessions(address string) (http.Handler, error) {
	pool, err := pgxpool.New(context.Background(), address)
	if err != nil {
		return nil, err
	}
	if _, err := pool.Exec(context.Background(), `CREATE TABLE sessions (token TEXT PRIMARY KEY, data BYTEA NOT NULL, expiry TIMESTAMPTZ NOT NULL);
		CREATE INDEX sessions_expiry_idx ON sessions (expiry);`); err != nil {
		return nil, err
	}
	manager := scs.New()
	manager.Store = pgxstore.New(pool)
	return sessions(manager), nil
}

// treeTime is the processor time of a process and its children, 0 for none.
func treeTime(pid int) (time.Duration, error) {
	if pid == 0 {
		return 0, nil
	}
	all, err := children(pid)
	if err != nil {
		return 0, err
	}
	return cpu(append(all, pid))
}

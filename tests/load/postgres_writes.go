package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"

	"twodoors/tests/cluster"
)

// written is what requests cost that write.
type written struct {
	What      string  `json:"what"`
	PerSecond float64 `json:"per_second"`
	CPU       float64 `json:"cpu_us"`          // of the server, a request
	Database  float64 `json:"database_cpu_us"` // of PostgreSQL
}

// size is what the rows of a table take on disk, with their indexes.
type size struct {
	Table string  `json:"table"`
	Rows  int64   `json:"rows"`
	Bytes float64 `json:"bytes_a_row"`
}

// writes measures logins and refreshes at a server whose PostgreSQL waits for its disk at each commit.
func (b *bench) writes(ctx context.Context) (all []written, err error) {
	if err := cluster.Execute(ctx, b.postgres.Address("postgres"), "CREATE DATABASE written"); err != nil {
		return nil, err
	}
	s, err := b.openOn(b.postgres.Address("written"), "server", "database")
	if err != nil {
		return nil, err
	}
	w := &writer{site: s, database: b.postgres.PID(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: b.Connections}}}
	tokens := make([]string, b.Connections)
	if err := each(ctx, b.Connections, 4, func(i int) (err error) {
		tokens[i], err = w.post("/api/token/login", `{"username":"ada","password":"lovelace","refresh_in":"body"}`)
		return err
	}); err != nil {
		return nil, err
	}
	for _, kind := range []struct {
		what        string
		connections int // one address and seat has few logins under way at once
		do          func(i int) error
	}{
		{"login, session", 4, func(int) error { _, err := w.post("/api/session/login", ada); return err }},
		{"login, token", 4, func(int) error { _, err := w.post("/api/token/login", ada); return err }},
		{"refresh", b.Connections, func(i int) (err error) {
			tokens[i], err = w.post("/api/token/refresh", fmt.Sprintf(`{"refresh_token":%q}`, tokens[i]))
			return err
		}},
	} {
		b.say("%s", kind.what)
		one, err := w.measure(ctx, kind.connections, time.Duration(2*b.Seconds*float64(time.Second)), kind.do)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind.what, err)
		}
		one.What = kind.what
		all = append(all, one)
	}
	return all, nil
}

// writer sends what changes the database.
type writer struct {
	site     *site
	database int // the first process of PostgreSQL
	client   *http.Client
}

// measure has connections do something without a break.
func (w *writer) measure(ctx context.Context, connections int, length time.Duration, do func(i int) error) (m written, err error) {
	var done atomic.Int64
	server, err := cpu([]int{w.site.pid()})
	if err != nil {
		return m, err
	}
	database, err := treeTime(w.database)
	if err != nil {
		return m, err
	}
	began := time.Now()
	if err := each(ctx, connections, connections, func(i int) error {
		for time.Since(began) < length {
			if err := do(i); err != nil {
				return err
			}
			done.Add(1)
		}
		return nil
	}); err != nil {
		return m, err
	}
	n, took := float64(done.Load()), time.Since(began)
	serverAfter, err := cpu([]int{w.site.pid()})
	if err != nil {
		return m, err
	}
	databaseAfter, err := treeTime(w.database)
	return written{PerSecond: n / took.Seconds(), CPU: float64((serverAfter - server).Microseconds()) / n, Database: float64((databaseAfter - database).Microseconds()) / n}, err
}

// post sends JSON and returns the refresh token of the answer.
func (w *writer) post(path, body string) (refresh string, err error) {
	request, err := http.NewRequest("POST", "http://"+w.site.address+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Cookie", w.site.seat)
	response, err := w.client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var issued struct {
		Token string `json:"refresh_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&issued); err != nil || response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("POST %s: %s %w", path, response.Status, err)
	}
	return issued.Token, nil
}

// users is how many the tables are filled with.
const users = 100_000

// filling makes a user, a session, a family and two of its tokens (a used one and its successor) a number, as long as
// real ones are.
var filling = []string{
	`INSERT INTO users (username, folded, password_hash, role, session_generation, created_at)
		SELECT 'person' || n, 'person' || n, '$argon2id$v=19$m=19456,t=2,p=1$' || repeat('x', 22) || '$' || repeat('y', 43), 'user', (random() * 4e18)::bigint, 1790000000
		FROM generate_series(1, %[1]d) n`,
	`INSERT INTO sessions (id_hash, user_id, data, expires_at)
		SELECT left(encode(sha256(n::text::bytea), 'base64'), 43), n, decode(repeat('00', 41), 'hex'), 1790000000 + n FROM generate_series(1, %[1]d) n`,
	`INSERT INTO refresh_families (user_id, expires_at) SELECT n, 1790000000 + n FROM generate_series(1, %[1]d) n`,
	`INSERT INTO refresh_tokens (hash, family_id, expires_at, spent_ms, successor_hash)
		SELECT sha256(('a' || n)::bytea), n, 1790000000 + n, 1790000000000 + n, sha256(('b' || n)::bytea) FROM generate_series(1, %[1]d) n`,
	`INSERT INTO refresh_tokens (hash, family_id, expires_at) SELECT sha256(('b' || n)::bytea), n, 1790000000 + n FROM generate_series(1, %[1]d) n`,
	`INSERT INTO revoked_tokens (jti, expires_at) SELECT left(md5(n::text), 26), 1790000000 + n FROM generate_series(1, %[1]d) n`,
	`VACUUM ANALYZE`,
}

// sizes fills tables and says what a row takes.
func (b *bench) sizes(ctx context.Context) (all []size, err error) {
	if err := cluster.Execute(ctx, b.postgres.Address("postgres"), "CREATE DATABASE filled"); err != nil {
		return nil, err
	}
	s, err := b.openOn(b.postgres.Address("filled"), "server", "database")
	if err != nil {
		return nil, err
	}
	s.stop()
	b.say("filling tables")
	statements := []string{"TRUNCATE users, sessions, refresh_families, refresh_tokens, revoked_tokens RESTART IDENTITY"}
	for _, statement := range filling[:len(filling)-1] {
		statements = append(statements, fmt.Sprintf(statement, users))
	}
	if err := cluster.Execute(ctx, b.postgres.Address("filled"), append(statements, filling[len(filling)-1])...); err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(ctx, b.postgres.Address("filled"))
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	for _, table := range []string{"users", "sessions", "refresh_families", "refresh_tokens", "revoked_tokens"} {
		one := size{Table: table}
		var bytes int64
		if err := conn.QueryRow(ctx, "SELECT count(*), pg_total_relation_size('"+table+"') FROM "+table).Scan(&one.Rows, &bytes); err != nil {
			return nil, err
		}
		one.Bytes = float64(bytes) / float64(one.Rows)
		all = append(all, one)
	}
	return all, nil
}

// kept tells what requests cost that write, and what rows take.
func (r *report) kept(t *tabwriter.Writer) {
	if len(r.Writes) > 0 {
		fmt.Fprintf(t, "\nPostgreSQL, waiting for its disk\tper second\tserver cpu us\tdatabase cpu us\t\n")
	}
	for _, w := range r.Writes {
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.0f\t\n", w.What, w.PerSecond, w.CPU, w.Database)
	}
	if len(r.Sizes) > 0 {
		fmt.Fprintf(t, "\ntable\trows\tbytes a row, with indexes\t\n")
	}
	for _, s := range r.Sizes {
		fmt.Fprintf(t, "%s\t%d\t%.0f\t\n", s.Table, s.Rows, s.Bytes)
	}
	t.Flush()
}

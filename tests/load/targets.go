package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// target is something that load is put on.
type target struct {
	name    string
	address string
	request []byte
	pids    []int
	naive   bool // it tells what it allocated

	database int // the first process of its PostgreSQL, 0 for none
}

// comparison is what the site has to reach, by the processor time of a request.
type comparison struct {
	What   string  `json:"what"`
	Ours   string  `json:"ours"`
	Theirs string  `json:"theirs"`
	Goal   float64 `json:"goal"`
}

var comparisons = []comparison{
	{"token HS256, of naive golang-jwt", "token", "naive-jwt", 0.83},
	{"memory session, of naive scs", "session-memory", "naive-scs-memory", 1.15},
	{"SQLite session, of naive scs", "session-sqlite", "naive-scs-sqlite", 1.7},
	{"idle timeout on, of off", "session-sqlite", "session-no-idle", 0.9},
	{"a million SQLite sessions, of a few", "session-million", "session-sqlite", 1.0},
	{"PostgreSQL session and user, of naive scs", "postgres/session", "postgres/naive-scs", 1.0},
	{"a million PostgreSQL sessions, of a few", "postgres/session-million", "postgres/session", 0.95},
	{"front, token, of a tuned proxy", "front-token", "tuned-proxy-token", 1.0},
	{"front, session, of a tuned proxy", "front-session", "tuned-proxy-session", 1.0},
	{"three servers, token: front, of a tuned proxy", "three-front-token", "three-tuned-proxy-token", 1.0},
	{"three servers, session: front, of a tuned proxy", "three-front-session", "three-tuned-proxy-session", 1.0},
}

// order is that of the table and of the load: who is compared stands together.
var order = []string{
	"bare", "naive-jwt", "token", "naive-scs-memory", "session-memory", "naive-scs-sqlite", "session-no-idle", "session-sqlite", "session-million",
	"postgres/naive-scs", "postgres/session", "postgres/session-million", "postgres/token", "postgres/token-listed", "postgres/session-redis", "postgres/sqlite-session", "postgres/sqlite-token-listed",
	"naive-scs-sqlite-idle", "proxy-session", "proxy-token", "tuned-proxy-token", "front-token", "front-session", "tuned-proxy-session",
	"three-tuned-proxy-token", "three-front-token", "three-nginx-token", "three-tuned-proxy-session", "three-front-session", "three-nginx-session",
}

// targets starts everything that load can be put on.
func (b *bench) targets(ctx context.Context) (all []target, err error) {
	if slices.Equal(b.Only, []string{"postgres"}) {
		return b.besideBare(ctx)
	}
	for _, kind := range []string{"bare", "scs-memory", "scs-sqlite", "scs-sqlite-idle", "jwt"} {
		t, err := b.naiveTarget(kind)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	servers, err := b.servers(ctx)
	if err != nil {
		return nil, err
	}
	fronts, err := b.fronts()
	if err != nil {
		return nil, err
	}
	all = append(append(all, servers...), fronts...)
	if b.wanted("three") {
		three, err := b.three(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, three...)
	}
	if b.wanted("postgres") {
		others, err := b.onPostgres(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, others...)
	}
	return all, nil
}

// servers are ours that run alone, and the naive proxies before one of them.
func (b *bench) servers(ctx context.Context) (all []target, err error) {
	memory, err := b.open("server", "memory")
	if err != nil {
		return nil, err
	}
	sqlite, err := b.open("server", "sqlite")
	if err != nil {
		return nil, err
	}
	patient, err := b.openOn(filepath.Join(b.folder, "patient", "two.db"), "server", "sqlite", "--session-idle=12h")
	if err != nil {
		return nil, err
	}
	all = []target{
		{name: "session-memory", address: memory.address, request: memory.sessionRequest(memory.address), pids: []int{memory.pid()}},
		{name: "session-sqlite", address: sqlite.address, request: sqlite.sessionRequest(sqlite.address), pids: []int{sqlite.pid()}},
		{name: "session-no-idle", address: patient.address, request: patient.sessionRequest(patient.address), pids: []int{patient.pid()}},
		{name: "token", address: memory.address, request: memory.tokenRequest(memory.address), pids: []int{memory.pid()}},
	}
	if b.wanted("session-million") {
		million, err := b.million(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, million)
	}
	for _, kind := range []string{"proxy", "tuned-proxy"} {
		p, err := b.startNaive(kind, memory.address)
		if err != nil {
			return nil, err
		}
		both := []int{p.pid(), memory.pid()}
		all = append(all,
			target{name: kind + "-session", address: p.address, request: memory.sessionRequest(p.address), pids: both},
			target{name: kind + "-token", address: p.address, request: memory.tokenRequest(p.address), pids: both})
	}
	return all, nil
}

// fronts are the two ways through one front.
func (b *bench) fronts() ([]target, error) {
	front, err := b.open("serve", "memory")
	if err != nil {
		return nil, err
	}
	both, err := front.pids()
	if err != nil {
		return nil, err
	}
	return []target{
		{name: "front-session", address: front.address, request: front.sessionRequest(front.address), pids: both},
		{name: "front-token", address: front.address, request: front.tokenRequest(front.address), pids: both},
	}, nil
}

func (b *bench) startNaive(kind string, arguments ...string) (*process, error) {
	p, err := start(b.self, append([]string{"naive", kind}, arguments...)...)
	if err == nil {
		b.running = append(b.running, p)
	}
	return p, err
}

// naiveTarget starts a naive server and logs in there.
func (b *bench) naiveTarget(kind string) (t target, err error) {
	return b.naiveOn(kind, filepath.Join(b.folder, kind+".db"))
}

func (b *bench) naiveOn(kind, database string) (t target, err error) {
	p, err := b.startNaive(kind, database)
	if err != nil {
		return t, err
	}
	var headers []string
	if kind != "bare" {
		response, err := http.Post("http://"+p.address+"/login", "", nil)
		if err != nil {
			return t, err
		}
		response.Body.Close()
		if token := response.Header.Get("Authorization"); token != "" {
			headers = append(headers, "Authorization: "+token)
		}
		for _, cookie := range response.Cookies() {
			headers = append(headers, "Cookie: "+cookie.Name+"="+cookie.Value)
		}
	}
	name := "naive-" + kind
	if kind == "bare" {
		name = kind
	}
	return target{name: name, address: p.address, request: get(p.address, "/me", headers...), pids: []int{p.pid()}, naive: true}, nil
}

func (t target) allocated() (a allocated, err error) {
	if !t.naive {
		return a, nil
	}
	response, err := http.Get("http://" + t.address + "/allocated")
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(body, &a)
}

// million is a server whose table of sessions has a million rows of others.
func (b *bench) million(ctx context.Context) (t target, err error) {
	s, err := b.open("server", "sqlite")
	if err != nil {
		return t, err
	}
	s.stop()
	path := filepath.Join(b.folder, "server-sqlite", "two.db")
	database := filepath.Join(b.folder, "million", "two.db")
	if err := copyInto(database, path); err != nil {
		return t, err
	}
	if err := fill(ctx, database, 1_000_000); err != nil {
		return t, fmt.Errorf("fill the table of sessions: %w", err)
	}
	if s, err = b.openOn(database, "server", "sqlite"); err != nil {
		return t, err
	}
	return target{name: "session-million", address: s.address, request: s.sessionRequest(s.address), pids: []int{s.pid()}}, nil
}

func copyInto(to, from string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(from + suffix)
		if os.IsNotExist(err) {
			continue
		}
		if err == nil {
			err = os.WriteFile(to+suffix, content, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fill adds sessions that look like real ones, in a single statement a thousand.
func fill(ctx context.Context, path string, rows int) error {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(OFF)")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	const batch = 1000
	insert, err := tx.PrepareContext(ctx, "INSERT INTO sessions (id_hash, user_id, data, expires_at) VALUES "+
		strings.TrimSuffix(strings.Repeat("(?, 1, zeroblob(41), ?),", batch), ","))
	if err != nil {
		return err
	}
	end := time.Now().Add(12 * time.Hour).Unix()
	for i := 0; i < rows; i += batch {
		values := make([]any, 0, 2*batch)
		for j := range batch {
			hash := sha256.Sum256(fmt.Append(nil, i+j))
			values = append(values, base64.RawURLEncoding.EncodeToString(hash[:]), end)
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

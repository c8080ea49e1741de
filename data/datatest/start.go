package datatest

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"twodoors/data"
)

var starts = map[string]promise{
	"ProcessesThatStartTogetherAgree": processesThatStartTogetherAgree,
	"EarlierDatabasesAreMigrated":     earlierDatabasesAreMigrated,
	"TablesSayWhereTheyAre":           tablesSayWhereTheyAre,
	"ReadyDatabase":                   readyDatabase,
	"ClosedDatabaseAnswersNobody":     closedDatabaseAnswersNobody,
}

// startedAt is the environment variable by which a process of this test knows that it is to start on a database.
const startedAt = "TWODOORS_DATATEST_PLACE"

// processes are a front, and the servers of three sites that somebody starts by mistake.
const processes = 9

// start does what a process does first, tells what it found, and ends. It waits until all
// processes are there.
func start(engine Engine, place string) {
	fmt.Println("here")
	io.Copy(io.Discard, os.Stdin)
	found, err := begin(context.Background(), engine, place)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(found)
	os.Exit(0)
}

func begin(ctx context.Context, engine Engine, place string) (found string, err error) {
	db, err := engine.Open(ctx, place)
	if err != nil {
		return "", err
	}
	defer db.Close()
	now := time.Now()
	if err := db.Users.CreateFirst(ctx, []data.NewAccount{
		{Username: "ada", Folded: "ada", PasswordHash: rand.Text(), Role: "user"},
		{Username: "grace", Folded: "grace", PasswordHash: rand.Text(), Role: "admin"},
	}, now); err != nil {
		return "", err
	}
	_, hash, err := db.Users.ByName(ctx, "ada")
	if err != nil {
		return "", err
	}
	key, err := db.Keys.FirstOf(ctx, "HS256", func() (data.Key, error) {
		return data.Key{ID: "k-" + rand.Text(), Algorithm: "HS256", Secret: []byte(rand.Text()), CreatedAt: now}, nil
	})
	if err != nil {
		return "", err
	}
	secret, err := db.Secrets.Get(ctx, "site")
	return fmt.Sprintf("%s %s %s %x", hash, key.ID, key.Secret, secret), err
}

// Of processes that start on a new database at once one makes each table, account, key and
// secret, and all have the same.
func processesThatStartTogetherAgree(t *testing.T, s *site) {
	startTogether(t, s.engine.Place(t))
}

// startTogether returns what all processes have found.
func startTogether(t *testing.T, place string) string {
	t.Helper()
	var all []*process
	for range processes {
		all = append(all, startProcess(t, place))
	}
	for _, p := range all {
		if line := p.line(t); line != "here" {
			t.Fatal(line)
		}
	}
	for _, p := range all {
		p.in.Close()
	}
	first := all[0].line(t)
	for _, p := range all[1:] {
		if found := p.line(t); found != first {
			t.Errorf("one found %q, another %q", first, found)
		}
	}
	return first
}

// process is this test once more, as a process that starts.
type process struct {
	in  io.Closer
	out *bufio.Reader
}

func startProcess(t *testing.T, place string) *process {
	t.Helper()
	test, _, _ := strings.Cut(t.Name(), "/")
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$")
	command.Env, command.Stderr = append(os.Environ(), startedAt+"="+place), os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Wait() })
	return &process{in, bufio.NewReader(out)}
}

func (p *process) line(t *testing.T) string {
	t.Helper()
	line, err := p.out.ReadString('\n')
	if err != nil {
		t.Error(err)
	}
	return strings.TrimSpace(line)
}

// A database of an earlier version is brought up to date by whichever process is first, and
// has in it what it had.
func earlierDatabasesAreMigrated(t *testing.T, s *site) {
	for name, leave := range s.engine.Earlier {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			earlier := &site{engine: s.engine, place: s.engine.Place(t), now: s.now, soon: s.soon}
			leave(t, earlier.place)
			if found := startTogether(t, earlier.place); !strings.Contains(found, " k-1 ") {
				t.Errorf("another key: %s", found)
			}
			earlier.db = earlier.server(t)
			ada, _, err := earlier.db.Users.ByName(t.Context(), "ada")
			if n, failed := earlier.db.Users.Count(t.Context()); err != nil || failed != nil || n != 1 {
				t.Errorf("%d accounts, %v, %v", n, err, failed)
			}
			if got := living(t, earlier.db); len(got) != 1 || got[0] != "k-1" {
				t.Errorf("living keys %q", got)
			}
			propose(t, earlier.db, "k-2")
			if err := earlier.db.Keys.Adopt(t.Context(), "k-2", false, s.now); err != nil {
				t.Error(err)
			}
			if got := living(t, earlier.db); len(got) != 2 || got[0] != "k-2" {
				t.Errorf("living keys, newest first: %q", got)
			}
			if err := earlier.db.Sessions.Insert(t.Context(), "h", ada, []byte("x"), s.soon); err != nil {
				t.Error(err)
			}
		})
	}
}

// A trace says by these where it was looked.
func tablesSayWhereTheyAre(t *testing.T, s *site) {
	where := s.db.Users.Where()
	for _, table := range []interface{ Where() string }{s.db.Sessions, s.db.RefreshTokens, s.db.Revoked} {
		if where == "" || table.Where() != where {
			t.Errorf("accounts are in %q, %T in %q", where, table, table.Where())
		}
	}
}

// A database without an account is ready all the same.
func readyDatabase(t *testing.T, s *site) {
	for name, err := range map[string]error{
		"in place": s.db.InPlace(), "readable": s.db.Ping(t.Context()), "writable": s.db.Writable(t.Context()),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

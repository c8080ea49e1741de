package process

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // as another program that uses the database

	"twodoors/data/postgres"
	"twodoors/tests/cluster"
)

// guesses are tries of one limit, by somebody at any of several servers.
type guesses struct {
	t     *testing.T
	since time.Time
	burst int
	every time.Duration // one more is taken

	mu       sync.Mutex
	statuses map[int]int
}

func guessing(t *testing.T, burst int, every time.Duration) *guesses {
	return &guesses{t: t, since: time.Now(), burst: burst, every: every, statuses: map[int]int{}}
}

// note takes down how a guess was answered.
func (g *guesses) note(a answer) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.statuses[a.status]++; a.status == 429 && a.header.Get("Retry-After") == "" {
		g.t.Error("429 without Retry-After")
	}
	return a.status
}

// check expects that as many were taken as one server takes: the burst, and one more for each pause that passed since.
func (g *guesses) check(what string, refused int) {
	g.t.Helper()
	most := g.burst + int(time.Since(g.since)/g.every)
	if n := g.statuses[refused]; n < g.burst || n > most {
		g.t.Errorf("%s: %v: %d are taken, want %d to %d", what, g.statuses, n, g.burst, most)
	}
}

const wrongPassword = `{"username":%q,"password":"wrong"}`

// guess guesses an account's password.
func (s *visit) guess(g *guesses, account string, headers ...string) int {
	return g.note(s.call("POST", "/api/session/login", fmt.Sprintf(wrongPassword, account), headers...))
}

// attempts is how many buckets are in the table of a database, asked beside Two Doors.
func attempts(t *testing.T, name string) (n int) {
	t.Helper()
	driver, source := "sqlite", "file:"+name
	if postgres.IsAddress(name) {
		driver, source = "pgx", name
	}
	db, err := sql.Open(driver, source)
	if err == nil {
		defer db.Close()
		err = db.QueryRowContext(t.Context(), "SELECT count(*) FROM attempts").Scan(&n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// eachDatabase runs a test with three servers on a database of each kind, and the browser of one visitor at them.
func eachDatabase(t *testing.T, test func(t *testing.T, servers []*visit)) {
	for kind, name := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "t.db") },
		"PostgreSQL": func(t *testing.T) string { return cluster.Shared(t).Database(t) },
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			servers := lone(t, name(t), 3)
			servers[0].logIn()
			for i := range servers {
				servers[i] = servers[0].at(servers[i])
			}
			test(t, servers)
		})
	}
}

// A10, L4: three servers take as many wrong passwords for an account together as one does, and a server that is killed
// and started again takes no more. Then the right password waits, too, at each.
func TestServersCountWrongPasswordsTogether(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, servers []*visit) {
		for i := range 6 {
			servers[i%3].logIn()
		}
		if n := attempts(t, servers[0].DB); n != 0 {
			t.Errorf("right passwords have left %d rows", n)
		}
		g := guessing(t, 10, 10*time.Second)
		for i := 0; servers[i%3].guess(g, "ada") != 429; i++ {
		}
		g.check("in turn", 401)
		servers[1].Cmd.Process.Kill()
		servers[1].Ended(t)
		servers[1] = servers[0].at(openOn(t, servers[0].DB, "server", "--number=2"))
		for range 3 {
			for _, server := range servers {
				server.guess(g, "ada")
			}
		}
		g.check("after a crash", 401)
		for i, server := range servers {
			for server.guess(g, "ada") != 429 { // what drained meanwhile
			}
			if a := server.call("POST", "/api/token/login", ada); a.status != 429 {
				t.Errorf("the right password at server %d: %d %s", i+1, a.status, a.body)
			}
		}
		if n := attempts(t, servers[0].DB); n == 0 {
			t.Error("wrong passwords have left no row")
		}
	})
}

// A10, L4: of guesses that are sent all at once to three servers no more are answered than one server takes.
func TestGuessesAtThreeServersAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, servers []*visit) {
		g := guessing(t, 10, 10*time.Second)
		var sending sync.WaitGroup
		for i := range 90 {
			sending.Go(func() {
				a, err := servers[i%3].try("POST", "/api/session/login", fmt.Sprintf(wrongPassword, "ada"))
				if err != nil {
					t.Error(err)
				}
				g.note(a)
			})
		}
		sending.Wait()
		for servers[0].guess(g, "ada") != 429 { // what the others made room for at the last moment
		}
		g.check("at once", 401)
	})
}

// A10, L4: whoever takes a new seat for each guess meets the account's limit at all servers together.
func TestNewSeatsBuyNoGuessesAtAnotherServer(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, servers []*visit) {
		g := guessing(t, 50, 10*time.Second)
		for i := 0; servers[i%3].newSeat().guess(g, "carol", "Seat", servers[0].freshSeat()) != 429; i++ {
		}
		g.check("with new seats", 401)
	})
}

// A10, C3: a restart of the whole site forgets no wrong passcode.
func TestPasscodeTriesOutliveACrash(t *testing.T) {
	t.Parallel()
	arguments := []string{"--listen=0.0.0.0:0", "--passcode=open-sesame"}
	s := open(t, arguments...)
	if a := s.enter("open-sesame"); a.status != 200 || attempts(t, s.DB) != 0 {
		t.Errorf("the right one: %d, and %d rows", a.status, attempts(t, s.DB))
	}
	g := guessing(t, 10, 5*time.Second)
	for g.note(s.enter("wrong")) != 429 {
	}
	g.check("before", 403)
	s.Cmd.Process.Kill()
	s.Ended(t)
	again := s.at(openOn(t, s.DB, arguments...))
	for g.note(again.enter("wrong")) != 429 {
	}
	g.check("after", 403)
	if a := again.enter("open-sesame"); a.status != 429 {
		t.Errorf("the right one, too late: %d", a.status)
	}
}

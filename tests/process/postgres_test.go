package process

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"twodoors/tests/cluster"
)

// lone are servers without a front that share a database, each with a browser of its own.
func lone(t *testing.T, db string, n int, arguments ...string) (all []*visit) {
	t.Helper()
	for number := range n {
		all = append(all, openOn(t, db, append([]string{"server", fmt.Sprint("--number=", number+1)}, arguments...)...))
	}
	return all
}

// at is the same browser at another server. Cookies know no port.
func (s *visit) at(other *visit) *visit {
	moved := *s
	moved.Site = other.Site
	return &moved
}

// Servers that share a PostgreSQL answer at either door whatever another one has begun, and all that ends one login
// ends it at each.
func TestServersShareAPostgreSQL(t *testing.T) {
	t.Parallel()
	servers := lone(t, cluster.Shared(t).Database(t), 3, "--store=postgres", "--revocation=on")
	ada := servers[0]
	ada.logIn()
	for _, server := range servers {
		moved := ada.at(server)
		for door, a := range map[string]answer{"session": moved.sessionMe(), "token": moved.tokenMe()} {
			if a.status != 200 || !strings.Contains(a.body, `"username":"ada"`) {
				t.Errorf("%s: %d %s", door, a.status, a.body)
			}
		}
		if where := moved.where(moved.sessionMe(), "session.find"); where != "PostgreSQL" {
			t.Errorf("sessions are in %q", where)
		}
		if a := moved.call("POST", "/api/token/refresh", ""); a.status != 200 {
			t.Errorf("refresh: %d %s", a.status, a.body)
		}
	}
	for _, path := range []string{"/api/session/logout", "/api/token/logout"} {
		if a := ada.at(servers[1]).call("POST", path, "", "Authorization", "Bearer "+ada.token); a.status != 204 {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	for _, server := range servers {
		moved := ada.at(server)
		for door, a := range map[string]answer{"session": moved.sessionMe(), "token": moved.tokenMe(), "refresh": moved.call("POST", "/api/token/refresh", "")} {
			if a.status != 401 {
				t.Errorf("%s after logging out elsewhere: %d %s", door, a.status, a.body)
			}
		}
	}
}

// where says where a step of an answer looked.
func (s *visit) where(a answer, step string) string {
	var told struct {
		Steps []struct{ Name, Where string }
	}
	s.call("GET", "/api/traces/"+a.header.Get("Trace-Id"), "").into(s.t, &told)
	for _, one := range told.Steps {
		if one.Name == step {
			return one.Where
		}
	}
	return ""
}

// While PostgreSQL is away the token door goes on, as long as it asks for nothing there, and all else says so at once;
// when it is back, so is everything, without a restart.
func TestPostgreSQLIsAwayForAWhile(t *testing.T) {
	t.Parallel()
	postgres, err := cluster.New()
	if err != nil {
		t.Fatal(err)
	}
	db := postgres.Database(t)
	front := openOn(t, db, "--servers=2", "--store=postgres")
	alone := openOn(t, db, "server", "--store=database")
	for _, s := range []*visit{front, alone} {
		s.logIn()
	}
	for name, end := range map[string]func() error{"stopped": postgres.Stop, "crashed": postgres.Crash} {
		if err := end(); err != nil {
			t.Fatal(err)
		}
		for _, s := range []*visit{front, alone} {
			s.until("its last connection is gone", func() bool { return s.sessionMe().status == 503 })
			for range 4 {
				if a := s.tokenMe(); a.status != 200 {
					t.Errorf("%s: token: %d %s", name, a.status, a.body)
				}
				if a := s.sessionMe(); a.status != 503 || a.header.Get("Retry-After") == "" || !strings.Contains(a.body, "does not answer") {
					t.Errorf("%s: session: %d %s", name, a.status, a.body)
				}
			}
			s.until("not ready", func() bool { return s.call("GET", "/readyz", "").status == 503 })
		}
		if err := postgres.Start(); err != nil {
			t.Fatal(err)
		}
		for _, s := range []*visit{front, alone} {
			s.until("the session is found again", func() bool { return s.sessionMe().status == 200 })
			s.until("ready again", func() bool { return s.call("GET", "/readyz", "").status == 200 })
		}
	}
}

// The password in an address is nobody's business: no page, log, answer or other process has it.
func TestPasswordOfTheDatabaseIsNowhere(t *testing.T) {
	t.Parallel()
	db := cluster.Shared(t).Database(t)
	address, _ := url.Parse(db)
	password, _ := address.User.Password()
	s := openOn(t, db, "--store=database")
	s.logIn()
	seen := s.call("GET", "/servers", "").body + s.call("GET", "/api/servers", "").body + s.call("GET", "/", "").body + s.Log.String()
	for _, child := range descendants(s.Cmd.Process.Pid) {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
		seen += string(line)
	}
	if strings.Contains(seen, password) || !strings.Contains(seen, "PostgreSQL") {
		t.Error("the password is told, or the database is not")
	}
}

// What cannot be opened is said in one line, without the password.
func TestPostgreSQLThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	postgres := cluster.Shared(t)
	foreign, newer, robbed, ours := postgres.Database(t), postgres.Database(t), postgres.Database(t), postgres.Database(t)
	cluster.In(t, foreign, "CREATE TABLE users (name TEXT)")
	openOn(t, ours, "server")
	openOn(t, newer, "server")
	openOn(t, robbed, "server")
	cluster.In(t, newer, "UPDATE twodoors SET tables = 99")
	cluster.In(t, robbed, "DROP TABLE followers")
	cluster.In(t, ours, "CREATE ROLE weak LOGIN PASSWORD 'hunter2'")
	parsed, _ := url.Parse(ours)
	host := parsed.Host
	for _, test := range []struct {
		address string
		status  int
		says    string
	}{
		{"postgres://postgres:hunter2@" + host + parsed.Path, 1, "password authentication failed"},
		{"postgres://weak:hunter2@" + host + parsed.Path, 1, "permission denied"},
		{postgres.Address("nowhere"), 1, "there is no PostgreSQL database nowhere at " + host + ": create it"},
		{"postgres://ada:hunter2@127.0.0.1:1/two", 1, "it does not answer"},
		{"postgres://ada:hunter2@" + host + parsed.Path + "?sslmode=require", 1, "server refused TLS connection"},
		{"postgres://ada:hunter2@" + host + "/two?sslmode=perhaps", 2, "--db must be an address such as postgres://"},
		{"postgres://ada:hunter2@" + host + "/two?sslmode=verify-full&sslrootcert=/nowhere.crt", 2, "sslrootcert of --db cannot be read: open /nowhere.crt: "},
		{"postgres://ada:12/hunter2@" + host + "/two", 2, "write / and @ in a password as %2F and %40"},
		{"postgres://ada:hunter2@[/two", 2, "--db must be an address such as postgres://"},
		{ours + "?default_transaction_read_only=on", 1, "it takes only reads"},
		{foreign, 1, "is not one of Two Doors, but has tables"},
		{newer, 1, "was written by a newer version of Two Doors (its tables are at 99"},
		{robbed, 1, "has lost its table followers: restore a backup, or name an empty database"},
		{ours + " --store=sqlite", 2, `--store must be memory, database (or postgres) or redis, not "sqlite"`},
		{ours + " --fresh", 2, "--fresh moves a file aside"},
	} {
		for _, command := range []string{"serve", "server"} {
			out, status := run(t, append([]string{command, "--listen=localhost:0"}, strings.Fields("--db="+test.address)...)...)
			if status != test.status || !strings.Contains(out, test.says) || strings.Count(out, "\n") != 1 || strings.Contains(out, "hunter2") {
				t.Errorf("%s: status %d, want %d; said %q, want %q in it", command, status, test.status, out, test.says)
			}
		}
	}
}

// Servers on several machines decide by one clock, the database's, so tokens, sessions and repeated refreshes are good
// at each although the clocks of the machines are minutes apart.
func TestServersGoByTheClockOfTheDatabase(t *testing.T) {
	t.Parallel()
	db := cluster.Shared(t).Database(t)
	parsed, _ := url.Parse(db)
	cluster.In(t, db, "CREATE SCHEMA ahead",
		"CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT pg_catalog.clock_timestamp() + interval '5 minutes' $$",
		"ALTER DATABASE "+parsed.Path[1:]+" SET search_path = ahead, pg_catalog, public")
	servers := lone(t, db, 2, "--store=database")
	ada := servers[0]
	ada.logIn()
	if late := time.Until(ada.issuedAt()); late < 4*time.Minute || late > 6*time.Minute {
		t.Errorf("the token was issued %v from now", late)
	}
	moved := ada.at(servers[1])
	for door, a := range map[string]answer{"session": moved.sessionMe(), "token": moved.tokenMe(), "refresh": moved.call("POST", "/api/token/refresh", "")} {
		if a.status != 200 {
			t.Errorf("%s: %d %s", door, a.status, a.body)
		}
	}
}

// issuedAt is when its token says that it was issued.
func (s *visit) issuedAt() time.Time {
	s.t.Helper()
	var claims struct {
		IssuedAt int64 `json:"iat"`
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(s.token, ".")[1])
	if err == nil {
		err = json.Unmarshal(text, &claims)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return time.Unix(claims.IssuedAt, 0)
}

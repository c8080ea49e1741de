package deploy

import (
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// While PostgreSQL restarts the token door goes on, as it asks nothing there, and all else is 503 with Retry-After. All
// of it works again within two seconds after PostgreSQL does. With the revocation list on, the token door needs it too.
func TestPostgreSQLRestarts(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 3, slices.Collect(maps.Keys(balancers))...)
	visitors := d.behind()
	var stops []func()
	for _, v := range visitors {
		v.logIn()
		stops = append(stops, v.calling("token", allowed),
			v.calling("session", func(answer *http.Response) bool { return allowed(answer) || away(answer) }))
	}
	d.restart(func() {
		for name, v := range visitors {
			v.expectAway(name)
		}
	})
	returned := time.Now()
	for name, v := range visitors {
		d.untilOpen(v)
		d.until("people log in again", func() bool {
			answer, _ := v.do(v.asking("POST", "/api/token/login", ada, ""))
			return answer.StatusCode == 200
		})
		if took := time.Since(returned); took > 10*time.Second { // two where nothing else runs
			t.Errorf("%s: open again after %v", name, took)
		}
	}
	for _, stop := range stops {
		stop()
	}

	v := d.direct(d.servers[0])
	d.shell(`curl -sS -c jar -d passcode=a-long-passcode http://` + d.servers[0].address + `/servers/passcode
		curl -sS -f -b jar -X PATCH http://` + d.servers[0].address + `/api/settings -d '{"revocation":"on"}' -H 'Content-Type: application/json'`)
	v.logIn()
	d.restart(func() {
		if answer, body := v.do(v.asking("GET", "/api/token/me", "", "token")); !away(answer) {
			t.Errorf("with the list on: %s %s", answer.Status, body)
		}
	})
}

// restart does something while PostgreSQL is stopped.
func (d *deployment) restart(meanwhile func()) {
	d.t.Helper()
	if err := d.postgres.Stop(); err != nil {
		d.t.Fatal(err)
	}
	meanwhile()
	if err := d.postgres.Start(); err != nil {
		d.t.Fatal(err)
	}
}

// untilOpen waits until the session door answers.
func (d *deployment) untilOpen(v *visitor) {
	d.t.Helper()
	d.until("the session door is open again", func() bool {
		status, _ := v.get("/api/session/me", "session")
		return status == 200
	})
}

// expectAway expects that all that needs the database says so.
func (v *visitor) expectAway(name string) {
	v.t.Helper()
	for _, asked := range []struct{ method, path, body, door string }{
		{"GET", "/api/session/me", "", "session"}, {"POST", "/api/session/login", ada, ""}, {"POST", "/api/token/login", ada, ""},
		{"POST", "/api/token/refresh", "", "refresh"}, {"POST", "/api/token/logout", "", "refresh"}, {"POST", "/api/session/logout", "", "session"},
		{"POST", "/api/signup", `{"username":"lin","password":"a long one indeed"}`, ""},
	} {
		if answer, body := v.do(v.asking(asked.method, asked.path, asked.body, asked.door)); !away(answer) {
			v.t.Errorf("%s, %s: %s %s", name, asked.path, answer.Status, body)
		}
	}
}

// Of the hosts in an address servers find the one that takes writes, and the standby once it is promoted.
func TestServersFindThePrimary(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 1)
	standby := d.postgres.Standby(t)
	t.Cleanup(func() { standby.Stop() })
	both := d.startMachine(2, freeAddress(t, "127.0.0.1"), "db1.example.org,db2.example.org", standby.Host()+","+d.postgres.Host())
	v := d.direct(both)
	v.logIn()
	v.both(200, 200)

	d.until("the standby has the session", func() bool { return standby.Has(t, "twodoors", "SELECT count(*) > 0 FROM sessions") })
	if err := d.postgres.Crash(); err != nil {
		t.Fatal(err)
	}
	if answer, body := v.do(v.asking("GET", "/api/session/me", "", "session")); !away(answer) {
		t.Errorf("with a standby alone: %s %s", answer.Status, body)
	}
	standby.Administer(t, "SELECT pg_promote()")
	d.untilOpen(v)
	v.both(200, 200)
	v.logIn()
}

// A dump by the commands of the document becomes another database, and a server on that knows who was logged in, until
// the statements of the document end that.
func TestBackupAsTheDocumentHasIt(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 1, "pg_dump", "pg_restore")
	v := d.direct(d.servers[0])
	v.logIn()
	secret := "PGPASSFILE=" + d.write("pgpass", "*:*:*:twodoors:"+rolePassword)
	d.shell(d.here(d.block("Backups", "dump")), secret)
	statements := d.blocks("Backups", "sql")
	d.asAdministrator(statements[0])
	d.shell(d.here(d.block("Backups", "restore")), secret)

	d.servers[0].kill()
	host := d.postgres.Host()
	restored := d.direct(d.startMachine(1, freeAddress(t, "127.0.0.1"), "db1.example.org,db2.example.org/twodoors", host+"/twodoors_restored"))
	restored.cookie, restored.token, restored.refresh = v.cookie, v.token, v.refresh
	restored.both(200, 200)
	d.psql(d.role("twodoors_restored"), statements[1])
	restored.both(401, 200) // the token until its key is rotated
	if answer, _ := restored.do(restored.asking("POST", "/api/token/refresh", "", "refresh")); answer.StatusCode != 401 {
		t.Errorf("a refresh token of before: %s", answer.Status)
	}
	restored.logIn()
	restored.both(200, 200)
	d.postgres.Administer(t, "CREATE ROLE stranger")
	for _, database := range []string{"twodoors", "twodoors_restored"} {
		if d.postgres.Has(t, database, "SELECT has_database_privilege('stranger', '"+database+"', 'CONNECT')") {
			t.Errorf("every role may connect to %s", database)
		}
	}
}

// pooler runs PgBouncer as docs/deploy/pgbouncer.ini configures it, and returns its address.
func (d *deployment) pooler() string {
	d.t.Helper()
	address := freeAddress(d.t, "127.0.0.1")
	_, port, _ := net.SplitHostPort(address)
	_, primary, _ := net.SplitHostPort(d.postgres.Host())
	users := d.write("userlist.txt", `"twodoors" "`+rolePassword+"\"\n")
	file := d.write("pgbouncer.ini", d.here(d.file("pgbouncer.ini"), "db1.example.org port=5432", "127.0.0.1 port="+primary,
		"6432", port, "/etc/pgbouncer/userlist.txt", users))
	arguments := []string{file}
	if os.Getuid() == 0 { // it refuses to be root
		for _, path := range []string{filepath.Dir(d.folder), d.folder, file, users, filepath.Join(d.folder, "db.crt")} {
			if err := os.Chmod(path, 0o755); err != nil {
				d.t.Fatal(err)
			}
		}
		arguments = append(arguments, "--user=postgres")
	}
	d.run(address, nil, "pgbouncer", arguments...)
	if !strings.Contains(d.document, "postgres://twodoors:"+rolePassword+"@127.0.0.1:6432/twodoors?sslmode=disable") {
		d.t.Error("docs/deploy.md has another address of the pooler")
	}
	return address
}

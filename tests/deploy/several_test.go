package deploy

import (
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/tests/cluster"
	"twodoors/tests/site"
)

// Three servers at three addresses are one site behind each balancer, over HTTPS and with the role, the rights and the
// certificate of the document; one that is killed is passed over.
func TestServersOnSeveralMachines(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 3, slices.Collect(maps.Keys(balancers))...)
	visitors := d.behind()
	for _, v := range visitors {
		if cookie := v.logIn(); !strings.HasPrefix(cookie, "__Host-session=") {
			t.Errorf("behind HTTPS the cookie is %.30s…", cookie)
		}
		v.everywhere(3)
	}
	d.servers[1].kill()
	for _, v := range visitors {
		for range 30 {
			v.both(200, 200)
		}
		v.everywhere(2)
	}

	published := regexp.MustCompile("`(UPDATE users SET disabled [^`]*)`").FindStringSubmatch(d.document)
	if published == nil {
		t.Fatal("docs/deploy.md does not disable the accounts with published passwords")
	}
	d.psql(d.role("twodoors"), published[1])
	for _, v := range visitors {
		v.both(401, 200)
		if answer, _ := v.do(v.asking("POST", "/api/token/login", ada, "")); answer.StatusCode != 401 {
			t.Errorf("ada, disabled, logs in: %s", answer.Status)
		}
	}
}

// With sessions in the document's Redis, each of the two takes its doors along: Redis the session door, PostgreSQL the
// session door as well, as the account is there.
func TestSessionsInRedisBesidePostgreSQL(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 0, "redis-server")
	d.redis = d.startRedis()
	d.known = append([]string{"TWODOORS_STORE=database", "TWODOORS_STORE=redis\nTWODOORS_REDIS=redis://:" + rolePassword + "@" + d.redis.address}, d.known...)
	for number := 1; number <= 2; number++ {
		d.servers = append(d.servers, d.startMachine(number, freeAddress(t, "127.0.0.1")))
	}
	v, other := d.direct(d.servers[0]), d.direct(d.servers[1])
	v.logIn()
	other.cookie, other.token = v.cookie, v.token
	other.both(200, 200)
	d.restart(func() { other.both(503, 200) })
	d.untilOpen(other)
	other.both(200, 200)
	d.redis.kill()
	other.both(503, 200)
}

// While each server in turn is asked to end and another one takes its address, every GET is answered. The next one has
// its turn when every balancer uses this one again.
func TestServersRestartOneByOne(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 3, slices.Collect(maps.Keys(balancers))...)
	visitors := d.behind()
	for _, v := range visitors {
		v.logIn()
		defer v.calling("session", allowed)()
		defer v.calling("token", allowed)()
	}
	for i, server := range d.servers {
		if err := server.end(); err != nil {
			t.Error(err)
		}
		d.servers[i] = d.startMachine(i+1, server.address)
		for name, v := range visitors {
			d.until(name+" uses it again", func() bool {
				_, answered := v.get("/api/token/me", "token")
				return answered == i+1
			})
		}
	}
}

// The commands of the document change settings and keys at every server.
func TestSettingsAndKeysAsTheDocumentHasIt(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 3, "nginx", "curl")
	v := &visitor{t: t, client: (*deployment).nginx(d)}
	v.logIn()
	said := d.shell(d.here(d.block("Settings and keys", "curl"), d.ports()...))
	if !strings.Contains(said, `"access_lifetime":"10m0s"`) || strings.Count(said, `"missing":[]`) != 2 || !strings.Contains(said, `"invalidated":1`) {
		t.Errorf("the commands say %s", said)
	}
	for range 6 {
		v.both(200, 401)
	}
	v.logIn()
	v.everywhere(3)
	if _, body := v.do(v.asking("POST", "/api/token/login", ada, "")); !strings.Contains(string(body), `"expires_in":600`) {
		t.Errorf("a login gives %s", body)
	}
}

// An older server, as tables are newer that it knows, goes on beside newer ones, writes included. It cannot start again.
func TestOlderServerBesideNewerTables(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 1)
	cluster.In(t, d.role("twodoors"), "UPDATE twodoors SET tables = tables + 1", "ALTER TABLE users ADD COLUMN birthday BIGINT", "CREATE TABLE devices (id BIGINT PRIMARY KEY)")
	v := d.direct(d.servers[0])
	v.logIn()
	v.both(200, 200)
	if answer, body := v.do(v.asking("POST", "/api/token/refresh", "", "refresh")); answer.StatusCode != 200 {
		t.Errorf("refresh: %s %s", answer.Status, body)
	}
	if status, said := d.ready(0); status != 200 {
		t.Errorf("the older server says %d %s", status, said)
	}
	second := exec.CommandContext(t.Context(), site.Program(), "server", "--listen=127.0.0.1:0", "--db="+d.role("twodoors"))
	said, _ := second.CombinedOutput()
	if second.ProcessState.ExitCode() != 1 || !strings.Contains(string(said), "was written by a newer version of Two Doors") || strings.Count(string(said), "\n") != 1 {
		t.Errorf("the older version starts on newer tables: %s: %s", second.ProcessState, said)
	}
}

// Behind a pooler in session mode servers hear of changes and find what the others have begun.
func TestServersBehindAPooler(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 0, "pgbouncer", "curl")
	pooled := d.pooler()
	d.known = append([]string{"db1.example.org,db2.example.org/twodoors?sslmode=verify-full&sslrootcert=/etc/ssl/db.example.org.crt", pooled + "/twodoors?sslmode=disable"}, d.known...)
	for number := 1; number <= 2; number++ {
		d.servers = append(d.servers, d.startMachine(number, freeAddress(t, "127.0.0.1")))
	}
	one, two := d.direct(d.servers[0]), d.direct(d.servers[1])
	one.logIn()
	two.cookie, two.token = one.cookie, one.token
	for range 10 {
		one.both(200, 200)
		two.both(200, 200)
	}
	began := time.Now()
	said := d.shell(d.here(d.block("Settings and keys", "curl"), "10.0.0.11:8080", d.servers[0].address))
	if strings.Count(said, `"missing":[]`) != 2 {
		t.Errorf("after %v the commands say %s", time.Since(began), said)
	}
	one.both(200, 401)
	two.both(200, 401)
	for _, server := range d.servers {
		if err := server.end(); err != nil || strings.Contains(server.log.String(), "does not tell of changes") {
			t.Errorf("%v: %s", err, &server.log)
		}
	}
}

package deploy

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"testing"

	"twodoors/tests/cluster"
)

// The password of the role, as docs/deploy.md has it.
const rolePassword = "a-long-password"

// severalMachines makes a PostgreSQL as the document does, and starts servers on as many addresses.
func severalMachines(t *testing.T, servers int, programs ...string) *deployment {
	t.Helper()
	d := read(t, append(programs, "psql")...)
	postgres, err := cluster.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { postgres.Stop() })
	d.postgres = postgres
	certificate, key := selfSigned(t)
	postgres.Encrypt(t, certificate, key, d.here(d.block("The database", "pg_hba"), "10.0.0.0/24", "127.0.0.0/8"))
	d.known = []string{
		"db1.example.org,db2.example.org", postgres.Host(), "db1.example.org", postgres.Host(),
		"/etc/ssl/db.example.org.crt", d.write("db.crt", certificate), "10.0.0.10", "127.0.0.1",
	}
	d.makeDatabase("postgres", rolePassword)
	for i := range servers {
		d.servers = append(d.servers, d.startMachine(i+1, freeAddress(t, fmt.Sprintf("127.0.0.%d", i+1))))
	}
	return d
}

// startMachine starts the server of a machine.
func (d *deployment) startMachine(number int, address string, others ...string) *process {
	d.t.Helper()
	return d.startServer(ownMachine, number, address, others...)
}

// makeDatabase has the administrator run database.sql.
func (d *deployment) makeDatabase(database, password string) {
	d.t.Helper()
	d.psql(d.postgres.Address(database), d.file("database.sql"), "TWODOORS_DATABASE_PASSWORD="+password)
}

// asAdministrator has psql run statements of the document.
func (d *deployment) asAdministrator(statements string) {
	d.t.Helper()
	d.psql(d.postgres.Address("postgres"), statements)
}

func (d *deployment) psql(address, statements string, environment ...string) {
	d.t.Helper()
	psql := exec.Command("psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--dbname="+address, "--file="+d.write("statements.sql", statements))
	psql.Env = append(os.Environ(), environment...)
	if said, err := psql.CombinedOutput(); err != nil {
		d.t.Fatalf("%v: %s", err, said)
	}
}

// role is the address of a database for the role of the servers.
func (d *deployment) role(database string) string {
	return d.postgres.AddressAs("twodoors", rolePassword, database)
}

// behind returns a visitor behind each balancer.
func (d *deployment) behind() map[string]*visitor {
	d.t.Helper()
	visitors := map[string]*visitor{}
	for name, start := range balancers {
		visitors[name] = &visitor{t: d.t, client: start(d)}
	}
	return visitors
}

// direct is a visitor of one server, past all balancers.
func (d *deployment) direct(server *process) *visitor {
	return &visitor{t: d.t, client: http.DefaultClient, base: "http://" + server.address}
}

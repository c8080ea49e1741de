package deploy

import (
	"maps"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/tests/cluster"
)

// composed is a composition that runs here: each of its services as a process, with the arguments and the environment
// that it would have in a container.
type composed struct {
	*deployment
	*composition
	image   *image
	started map[string]bool
	client  *visitor
}

// up starts a service as soon as those that it needs are as it needs them.
func (c *composed) up(name string) {
	c.t.Helper()
	if c.started[name] {
		return
	}
	c.started[name] = true
	s := c.Services[name]
	for _, other := range slices.Sorted(maps.Keys(s.DependsOn)) {
		c.up(other)
		if s.DependsOn[other].Condition == "service_healthy" {
			c.until(other+" is healthy", func() bool { return c.healthy(other) })
		}
	}
	switch name {
	case "postgres":
		c.upPostgres(s)
	case "redis":
		c.upRedis(s)
	case "nginx":
		c.client = &visitor{t: c.t, client: c.nginx()}
	default:
		c.upServer(s)
	}
}

// upPostgres makes the cluster that the image makes, and the database by the script that it finds in its folder.
func (c *composed) upPostgres(s *service) {
	c.t.Helper()
	postgres, err := cluster.New()
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { postgres.Stop() })
	if err := postgres.Write("pg_hba.conf", "host all all all scram-sha-256\n"); err != nil {
		c.t.Fatal(err)
	}
	postgres.Administer(c.t, "SELECT pg_reload_conf()")
	if s.Volumes[0] != "./database.sql:/docker-entrypoint-initdb.d/database.sql:ro" {
		c.t.Errorf("it makes the database by %s", s.Volumes[0])
	}
	c.postgres = postgres
	c.makeDatabase("postgres", s.Environment["TWODOORS_DATABASE_PASSWORD"])
}

func (c *composed) upRedis(s *service) {
	c.t.Helper()
	address := freeAddress(c.t, "127.0.0.1")
	_, port, _ := net.SplitHostPort(address)
	script := strings.NewReplacer("port 6379", "port "+port, "dir /data", "dir "+c.folder).Replace(s.Command[2])
	c.redis = c.run(address, s.variables(), s.Command[0], s.Command[1], script)
}

// upServer starts a server in the image.
func (c *composed) upServer(s *service) {
	c.t.Helper()
	address := freeAddress(c.t, "127.0.0.1")
	here := strings.NewReplacer("@postgres/", "@"+c.postgres.Host()+"/", "@redis:6379", "@"+c.redis.address, "10.0.0.10", "127.0.0.1")
	var environment, arguments []string
	for _, line := range s.variables() {
		environment = append(environment, here.Replace(line))
	}
	for _, word := range s.Command {
		arguments = append(arguments, strings.NewReplacer("0.0.0.0:8080", address, "0.0.0.0:9090", "127.0.0.1:0").Replace(word))
	}
	c.servers = append(c.servers, c.start(address, c.image.run(arguments, environment)))
}

func (c *composed) healthy(name string) bool {
	c.t.Helper()
	s := c.Services[name]
	switch name {
	case "postgres":
		_, port, _ := net.SplitHostPort(c.postgres.Host())
		return s.healthy(c.deployment, []string{"PGPORT=" + port})
	case "redis":
		_, port, _ := net.SplitHostPort(c.redis.address)
		return s.healthy(c.deployment, nil, "redis-cli", "redis-cli -p "+port)
	default:
		return s.healthy(c.deployment, nil, "https://127.0.0.1/", "https://"+c.site+"/")
	}
}

// allServices of compose.yaml are one site. A server that is killed is passed over; the others end in the time that
// they are given.
func allServices(t *testing.T, out string) {
	d := read(t, "nginx", "redis-server", "redis-cli", "psql", "pg_isready", "curl")
	c := &composed{deployment: d, composition: d.compose(d.secrets()), image: d.image(out), started: map[string]bool{}}
	for _, name := range slices.Sorted(maps.Keys(c.Services)) {
		c.up(name)
	}
	for _, server := range c.servers {
		c.untilReady(server)
	}
	if !c.healthy("nginx") {
		t.Error("nginx is not healthy")
	}
	v := c.client
	if cookie := v.logIn(); !strings.HasPrefix(cookie, "__Host-session=") {
		t.Errorf("behind HTTPS the cookie is %.30s…", cookie)
	}
	v.everywhere(3)
	c.servers[1].kill()
	for range 30 {
		v.both(200, 200)
	}
	v.everywhere(2)
	for _, i := range []int{0, 2} {
		began := time.Now()
		if err := c.servers[i].end(); err != nil {
			t.Errorf("asked to end: %v", err)
		}
		if took, given := time.Since(began), c.Services["server1"].StopGracePeriod; took > given {
			t.Errorf("it ended after %v, and is killed after %v", took, given)
		}
	}
	if names := c.image.written(t); strings.Join(names, " ") != "data tmp" {
		t.Errorf("they wrote %q", names)
	}
}

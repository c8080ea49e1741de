package deploy

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"twodoors/tests/sentinel"
)

// redisGroup is what stands in the document behind "Behind Sentinel".
type redisGroup struct {
	redis, sentinels []*process
	certificates     *sentinel.Certificates
}

// certified replaces the files of the document with those of certificates.
func certified(c *sentinel.Certificates, others ...string) []string {
	return append(others, "/etc/redis/redis.crt", c.Certificate, "/etc/redis/redis.key", c.Key, "/etc/redis/ca.crt", c.Authority)
}

// A Redis that other machines can reach has TLS and a user, as the document has it.
func TestRedisOverTLSAsTheDocumentHasIt(t *testing.T) {
	t.Parallel()
	d := read(t, "redis-server")
	certificates, address := sentinel.NewCertificates(t), freeAddress(t, "127.0.0.1")
	_, port, _ := net.SplitHostPort(address)
	file := d.write("redis.conf", d.block("Redis", "redis-tls"), certified(certificates, "bind 10.0.0.21", "bind 127.0.0.1", "tls-port 6379", "tls-port "+port)...)
	d.redis = d.run(address, nil, "redis-server", file, "--dir", d.folder)
	d.serveFrom(d.setting(0), "redis1.example.org:6379", address, "/etc/ssl/redis-ca.crt", certificates.Authority)
	v := d.direct(d.servers[0])
	v.logIn()
	v.both(200, 200)
	d.redis.kill()
	v.both(503, 200)
}

// Three Redis and three Sentinels as the document has them: when the leader is killed, another
// one takes over by itself; when nothing follows that, it takes no writes.
func TestRedisBehindSentinelAsTheDocumentHasIt(t *testing.T) {
	t.Parallel()
	d := read(t, "redis-server", "redis-sentinel")
	g := d.behindSentinel()
	d.serveFrom(d.setting(1), "redis1.example.org:26379", g.sentinels[0].address, "redis2.example.org:26379", g.sentinels[1].address,
		"redis3.example.org:26379", g.sentinels[2].address, "/etc/ssl/redis-ca.crt", g.certificates.Authority)
	v := d.direct(d.servers[0])
	v.logIn()
	v.both(200, 200)
	written := g.role(g.redis[0])[1].(int64)
	for _, replica := range g.redis[1:] {
		d.until("the session is replicated", func() bool { return g.follows(replica) && g.role(replica)[4].(int64) >= written })
	}

	g.redis[0].kill()
	v.both(503, 200)
	d.untilOpen(v)
	v.both(200, 200)
	d.until("people log in again", func() bool { // when a replica follows the new leader
		answer, _ := v.do(v.asking("POST", "/api/session/login", ada, ""))
		return answer.StatusCode == 200
	})

	for _, p := range g.redis[1:] {
		if g.follows(p) {
			p.kill()
		}
	}
	d.until("a leader without replicas is not ready", func() bool {
		status, sentence := d.ready(0)
		return status == 503 && strings.Contains(sentence, "Redis rejects writes because too few replicas follow it")
	})
	v.both(200, 200)
}

// setting is the value of TWODOORS_REDIS in one of the section's settings.
func (d *deployment) setting(number int) string {
	d.t.Helper()
	_, value, found := strings.Cut(strings.TrimSpace(d.blocks("Redis", "sh")[number]), "TWODOORS_REDIS=")
	if !found {
		d.t.Fatal("docs/deploy.md: no TWODOORS_REDIS in Redis")
	}
	return value
}

// serveFrom starts a server of the document's one machine that keeps its sessions at the URL of a
// Redis, with other addresses and files in it.
func (d *deployment) serveFrom(url string, others ...string) {
	d.t.Helper()
	url = strings.NewReplacer(others...).Replace(url)
	d.known = []string{"/var/lib/twodoors", d.folder, "redis://:a-long-password@127.0.0.1:6379", url}
	d.servers = append(d.servers, d.startServer(sharedMachine, 1, freeAddress(d.t, "127.0.0.1")))
}

// behindSentinel starts what the document has, on one machine, and returns when the Sentinels
// know each other and the replicas.
func (d *deployment) behindSentinel() *redisGroup {
	d.t.Helper()
	g := &redisGroup{certificates: sentinel.NewCertificates(d.t)}
	configuration := func(name, text string, others ...string) (file, folder string) {
		folder = d.t.TempDir()
		return d.write(name, text, certified(g.certificates, others...)...), folder
	}
	const itself, here = "redis1.example.org", "127.0.0.1"
	for i := range 3 {
		address := freeAddress(d.t, here)
		_, port, _ := net.SplitHostPort(address)
		text, others := d.block("Redis", "redis-group"), []string{"tls-port 6379", "tls-port " + port, "replica-announce-ip " + itself, "replica-announce-ip " + here}
		if i > 0 {
			text += d.block("Redis", "redis-replica")
			others = append(others, itself+" 6379", strings.Replace(g.redis[0].address, ":", " ", 1))
		}
		file, folder := configuration(fmt.Sprintf("redis%d.conf", i+1), text, others...)
		g.redis = append(g.redis, d.run(address, nil, "redis-server", file, "--dir", folder, "--repl-diskless-sync-delay", "0"))
	}
	for _, replica := range g.redis[1:] {
		d.until("a replica follows", func() bool { return g.follows(replica) })
	}
	for i := range 3 {
		address := freeAddress(d.t, here)
		_, port, _ := net.SplitHostPort(address)
		file, folder := configuration(fmt.Sprintf("sentinel%d.conf", i+1), d.block("Redis", "redis-sentinel"), "tls-port 26379", "tls-port "+port,
			"announce-ip "+itself, "announce-ip "+here, itself+" 6379", strings.Replace(g.redis[0].address, ":", " ", 1),
			"milliseconds twodoors 5000", "milliseconds twodoors "+strconv.Itoa(1500+500*i), "timeout twodoors 60000", "timeout twodoors 2000")
		g.sentinels = append(g.sentinels, d.run(address, nil, "redis-sentinel", file, "--dir", folder))
	}
	for _, s := range g.sentinels {
		d.until("a Sentinel knows all", func() bool {
			client := g.client(s, "", "another-long-password")
			defer client.Close()
			asked := redis.NewMapStringStringCmd(d.t.Context(), "sentinel", "master", "twodoors")
			client.Process(d.t.Context(), asked)
			known := asked.Val()
			return known["num-slaves"] == "2" && known["num-other-sentinels"] == "2"
		})
	}
	return g
}

// role is what a Redis says of itself to Sentinel's user: which it is, and how much it has written.
func (g *redisGroup) role(p *process) []any {
	client := g.client(p, "sentinel", "a-sentinel-password")
	defer client.Close()
	role, _ := client.Do(context.Background(), "role").Slice()
	return role
}

// follows reports whether a Redis is a replica that its leader sends writes to.
func (g *redisGroup) follows(p *process) bool {
	role := g.role(p)
	return role != nil && role[0] == "slave" && role[3] == "connected"
}

func (g *redisGroup) client(p *process, user, password string) *redis.Client {
	return redis.NewClient(&redis.Options{Addr: p.address, Username: user, Password: password, TLSConfig: g.certificates.Trusting()})
}

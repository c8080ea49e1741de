// Package sentinel runs Redis for tests as operators have it: alone with lines of
// configuration, or a leader with replicas that three Sentinels watch, with certificates,
// users and passwords if a test asks for them.
//
// All are processes of redis-server and redis-sentinel, and end with the test.
package sentinel

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Name is what the Sentinels call the Redis that they watch.
const Name = "doors"

// Users that a secured group has: Two Doors' at the Redis and at the Sentinels, and one that
// may do all.
const (
	User, Password                 = "twodoors", "password-at-redis"
	SentinelUser, SentinelPassword = "twodoors", "password-at-sentinel"

	administrator, administratorsPassword = "administrator", "password-of-administrator"
)

// Group is a Redis with replicas, and the Sentinels that watch it.
type Group struct {
	Redis     []*Process // the first one began as the leader
	Sentinels []*Process

	certificates *Certificates // nil when it is not secured
}

// Start runs a group and returns when its Sentinels know each other and all replicas.
func Start(t testing.TB, replicas int) *Group {
	t.Helper()
	return start(t, replicas, nil)
}

// StartSecured runs one that speaks TLS only, and only to users with a password.
func StartSecured(t testing.TB, replicas int) *Group {
	t.Helper()
	return start(t, replicas, NewCertificates(t))
}

func start(t testing.TB, replicas int, certificates *Certificates) *Group {
	t.Helper()
	g := &Group{certificates: certificates}
	for i := range replicas + 1 {
		lines := g.redis()
		if i > 0 {
			lines += "replicaof " + words(g.Redis[0].Address) + "\n"
		}
		g.Redis = append(g.Redis, Run(t, Redis, lines, certificates))
	}
	for _, replica := range g.Redis[1:] {
		until(t, "a replica follows", func() bool { return strings.Contains(g.Info(replica), "master_link_status:up") })
	}
	for range 3 {
		g.Sentinels = append(g.Sentinels, Run(t, Sentinel, g.sentinel(), certificates))
	}
	for _, s := range g.Sentinels {
		g.hurry(t, s)
	}
	g.Elect(t)
	for _, s := range g.Sentinels {
		until(t, "a Sentinel knows all", func() bool {
			known := g.Ask(s, "sentinel", "master", Name)
			return known["num-slaves"] == strconv.Itoa(replicas) && known["num-other-sentinels"] == "2"
		})
	}
	return g
}

// redis is the configuration of each Redis.
func (g *Group) redis() string {
	lines := "save \"\"\nrepl-diskless-sync-delay 0\n"
	if g.certificates == nil {
		return lines
	}
	return lines + fmt.Sprintf(`masteruser replica
masterauth password-of-replica
user default off
user %s on >%s ~twodoors:* +@all -@dangerous
user replica on >password-of-replica +psync +replconf +ping
user sentinel on >password-of-sentinel allchannels +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill
user %s on >%s ~* &* +@all
`, User, Password, administrator, administratorsPassword)
}

// sentinel is the configuration of each Sentinel. The first that misses an answer has the
// others vote for another leader, and does not wait until they miss it, too.
func (g *Group) sentinel() string {
	lines := fmt.Sprintf("sentinel monitor %[1]s %[2]s 1\nsentinel failover-timeout %[1]s 2000\n", Name, words(g.Redis[0].Address))
	if g.certificates == nil {
		return lines
	}
	return lines + fmt.Sprintf(`sentinel auth-user %s sentinel
sentinel auth-pass %[1]s password-of-sentinel
sentinel sentinel-user peer
sentinel sentinel-pass password-of-peer
user default off
user peer on >password-of-peer &* +@all
user %s on >%s &* +hello +auth +ping +subscribe +sentinel|get-master-addr-by-name +sentinel|sentinels
user %s on >%s &* +@all
`, Name, SentinelUser, SentinelPassword, administrator, administratorsPassword)
}

// hurry has a Sentinel look around more often than once in some seconds.
func (g *Group) hurry(t testing.TB, s *Process) {
	t.Helper()
	client := g.client(s)
	defer client.Close()
	if err := client.Do(t.Context(), "sentinel", "debug", "info-period", 300, "publish-period", 200).Err(); err != nil {
		t.Fatal(err)
	}
}

// URL is where a site finds the leader, with what else it needs for that.
func (g *Group) URL() string {
	at := url.URL{Scheme: "redis", Host: g.Sentinels[0].Address, Path: "/0"}
	options := url.Values{"master_name": {Name}}
	for _, s := range g.Sentinels[1:] {
		options.Add("addr", s.Address)
	}
	if g.certificates != nil {
		at.Scheme, at.User = "rediss", url.UserPassword(SentinelUser, SentinelPassword)
		options.Set("username", User)
		options.Set("password", Password)
		options.Set("sslrootcert", g.certificates.Authority)
	}
	at.RawQuery = options.Encode()
	return at.String()
}

// Leader is the Redis that Sentinel names, nil while it names none of ours.
func (g *Group) Leader() *Process {
	for _, s := range g.Sentinels {
		known := g.Ask(s, "sentinel", "master", Name)
		for _, one := range g.Redis {
			if words(one.Address) == known["ip"]+" "+known["port"] {
				return one
			}
		}
	}
	return nil
}

// Ask asks a Sentinel something that it answers with names and values; nothing comes from
// one that does not answer.
func (g *Group) Ask(s *Process, question ...any) map[string]string {
	client := g.client(s)
	defer client.Close()
	answer := redis.NewMapStringStringCmd(context.Background(), question...)
	client.Process(context.Background(), answer)
	return answer.Val()
}

// Info is what a Redis says of itself, empty when it says nothing.
func (g *Group) Info(p *Process) string {
	client := g.client(p)
	defer client.Close()
	return client.Info(context.Background(), "replication").Val()
}

// Do has the administrator run a command at a Redis or a Sentinel.
func (g *Group) Do(t testing.TB, p *Process, command ...any) any {
	t.Helper()
	client := g.client(p)
	defer client.Close()
	answer, err := client.Do(t.Context(), command...).Result()
	if err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	return answer
}

// Replicated waits until each replica has what the leader has now.
func (g *Group) Replicated(t testing.TB) {
	t.Helper()
	leader := g.Leader()
	written := g.Do(t, leader, "role").([]any)[1].(int64) // bytes
	for _, replica := range g.Redis {
		until(t, "a replica has it", func() bool {
			role := g.Do(t, replica, "role").([]any)
			return replica == leader || role[0] == "slave" && role[4].(int64) >= written
		})
	}
}

// Elect has another leader elected soon when the leader is silent, as it is from the start.
func (g *Group) Elect(t testing.TB) {
	t.Helper()
	g.wait(t, time.Second)
}

// DoNotElect leaves a silent leader in its place.
func (g *Group) DoNotElect(t testing.TB) {
	t.Helper()
	g.wait(t, time.Hour)
}

// wait is how long the leader may be silent, by the first Sentinel. The others wait for longer:
// if they noticed at once, each would vote for itself.
func (g *Group) wait(t testing.TB, patience time.Duration) {
	t.Helper()
	for i, s := range g.Sentinels {
		g.Do(t, s, "sentinel", "set", Name, "down-after-milliseconds", patience.Milliseconds()+int64(i)*500)
	}
}

// Cut ends the replication: what the leader takes from now on is with nobody else.
func (g *Group) Cut(t testing.TB) {
	t.Helper()
	leader := g.Leader()
	for _, p := range g.Redis {
		if p != leader { // it needs no password otherwise, and is refused with one that is wrong
			g.Do(t, p, "config", "set", "masteruser", "nobody", "masterauth", "wrong")
		}
	}
	g.Do(t, leader, "client", "kill", "type", "replica")
	until(t, "no replica follows", func() bool { return strings.Contains(g.Info(leader), "connected_slaves:0") })
}

func (g *Group) client(p *Process) *redis.Client {
	options := &redis.Options{Addr: p.Address, MaxRetries: -1, DialerRetries: 1, DialTimeout: time.Second, ReadTimeout: time.Second}
	if g.certificates != nil {
		options.Username, options.Password, options.TLSConfig = administrator, administratorsPassword, g.certificates.Trusting()
	}
	return redis.NewClient(options)
}

// words is an address as the configuration of Redis has it.
func words(address string) string { return strings.Replace(address, ":", " ", 1) }

func until(t testing.TB, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not within half a minute: ", what)
		}
	}
}

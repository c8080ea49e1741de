//go:build unix

package redisio_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/tests/sentinel"
	"twodoors/web/redisio"
	"twodoors/web/trace/tell"
)

// likeSessions are as many attempts as the client has that keeps sessions, with time for a busy machine.
var likeSessions = redisio.Bounds{Attempt: 2 * time.Second, Attempts: 2}

// A Redis is used as operators have it: alone or behind Sentinel, with certificates of an
// authority of their own, a user and a password at each; and only by who has all of that.
func TestRedisAsOperatorsHaveIt(t *testing.T) {
	t.Parallel()
	encrypted := sentinel.NewCertificates(t)
	alone := sentinel.Run(t, sentinel.Redis, "user default off\nuser twodoors on >password-at-redis ~twodoors:* +@all -@dangerous\n", encrypted)
	open, secured := sentinel.Start(t, 1), sentinel.StartSecured(t, 1)
	one := "rediss://twodoors:password-at-redis@" + alone.Address + "/1?sslrootcert=" + encrypted.Authority
	stranger := sentinel.NewCertificates(t).Authority
	for what, c := range map[string]struct{ url, says string }{
		"one with TLS and a user":          {one, ""},
		"one whose authority is unknown":   {change(one, "sslrootcert", stranger), "has a certificate that cannot be verified"},
		"one, verified by the system":      {strings.Replace(one, "sslrootcert", "client_name", 1), "has a certificate that cannot be verified"},
		"one by another name":              {strings.Replace(one, "127.0.0.1", "localhost", 1), "has a certificate that cannot be verified"},
		"one, unencrypted":                 {"redis://twodoors:password-at-redis@" + alone.Address, "does not answer"},
		"one with another password":        {strings.Replace(one, "password-at-redis", "wrong-one", 1), "rejects the password"},
		"Sentinel":                         {open.URL(), ""},
		"Sentinel, of several the last":    {strings.Replace(open.URL(), open.Sentinels[0].Address, "127.0.0.1:1", 1), ""},
		"Sentinel, encrypted":              {strings.Replace(open.URL(), "redis:", "rediss:", 1), "does not a"}, // answer, or accept encryption
		"Sentinel by another name":         {change(open.URL(), "master_name", "windows"), "is not known to Sentinel by that master_name"},
		"a Redis in place of a Sentinel":   {"redis://" + open.Redis[0].Address + "?master_name=" + sentinel.Name, "returns an error"},
		"no Sentinel":                      {"redis://127.0.0.1:1?master_name=" + sentinel.Name, "does not answer"},
		"secured Sentinel":                 {secured.URL(), ""},
		"secured, unknown authority":       {change(secured.URL(), "sslrootcert", stranger), "has a certificate that cannot be verified"},
		"secured, wrong password there":    {strings.Replace(secured.URL(), sentinel.SentinelPassword, "wrong-one", 1), "Sentinel rejects the user or password"},
		"secured, no password there":       {strings.Replace(secured.URL(), sentinel.SentinelUser+":"+sentinel.SentinelPassword+"@", "", 1), "Sentinel rejects the user or password"},
		"secured, wrong password at Redis": {change(secured.URL(), "password", "wrong-one"), "rejects the password"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			expect(t, c.url, c.says)
		})
	}
}

// expect tries the Redis at a URL, which works or is refused in words.
func expect(t *testing.T, at, says string) {
	t.Helper()
	client, err := redisio.Open(at, likeSessions)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	err = client.Try(ctx, "twodoors:probe")
	if says == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	fault, ok := errors.AsType[*redisio.Fault](err)
	if !ok || !strings.Contains(tell.Redis(fault.Code), says) {
		t.Errorf("%v, told as %q", err, tell.Redis(fault.Code))
	}
	for _, secret := range []string{sentinel.Password, sentinel.SentinelPassword, "wrong-one"} {
		if strings.Contains(fmt.Sprint(err), secret) {
			t.Errorf("it gives a password away: %v", err)
		}
	}
	if found := client.Get(ctx, "twodoors:none").Err(); errors.Is(found, redis.Nil) {
		t.Errorf("a Redis that cannot be reached says that a key is not there: %v", found)
	}
}

// change sets an option of a URL.
func change(at, name, value string) string {
	parsed, _ := url.Parse(at)
	options := parsed.Query()
	options.Set(name, value)
	parsed.RawQuery = options.Encode()
	return parsed.String()
}

// A client goes over to the Redis that is elected, whether the one before crashed, hangs along
// with the Sentinel that the client listens to, or became a replica; and it knows since when.
func TestClientFollowsTheLeader(t *testing.T) {
	t.Parallel()
	for what, end := range map[string]func(t *testing.T, g *sentinel.Group){
		"crashed": func(_ *testing.T, g *sentinel.Group) { g.Leader().Kill() },
		"hangs": func(t *testing.T, g *sentinel.Group) {
			freeze(t, g.Leader(), listenedTo(t, g))
		},
		"demoted": func(t *testing.T, g *sentinel.Group) { g.Do(t, g.Sentinels[0], "sentinel", "failover", sentinel.Name) },
		"demoted by hand": func(t *testing.T, g *sentinel.Group) {
			host, port, _ := net.SplitHostPort(g.Redis[1].Address)
			g.Do(t, g.Redis[0], "replicaof", host, port)
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			g := sentinel.StartSecured(t, 1)
			client, err := redisio.Open(g.URL(), likeSessions)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if err := client.Try(t.Context(), "twodoors:probe"); err != nil {
				t.Fatal(err)
			}
			if ago, ever := client.LeaderChanged(); ever {
				t.Errorf("the first leader is a change, %v ago", ago)
			}
			ended := time.Now()
			end(t, g)
			untilWorks(t, client)
			if ago, ever := client.LeaderChanged(); !ever || ago > time.Since(ended) {
				t.Errorf("the leader changed: %t, %v ago", ever, ago)
			}
		})
	}
}

// untilWorks asks until the client can write again. Each attempt ends within the time that a
// session's request has, and says why if it fails.
func untilWorks(t *testing.T, client *redisio.Client) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
		began := time.Now()
		err := client.Try(ctx, "twodoors:probe")
		cancel()
		if _, changed := client.LeaderChanged(); err == nil && changed {
			return
		}
		if fault, ok := errors.AsType[*redisio.Fault](err); err != nil && (!ok || !fault.Passing) {
			t.Errorf("%v", err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		if time.Now().After(deadline) {
			t.Fatal("it does not follow: ", err)
		}
	}
}

// freeze stops processes, which stay and answer nothing, until the test ends.
func freeze(t *testing.T, all ...*sentinel.Process) {
	t.Helper()
	for _, p := range all {
		if err := syscall.Kill(p.PID(), syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
	}
}

// listenedTo is the Sentinel from which a client wants to hear of other leaders.
func listenedTo(t *testing.T, g *sentinel.Group) *sentinel.Process {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		for _, s := range g.Sentinels {
			if strings.Contains(fmt.Sprint(g.Do(t, s, "client", "list")), "sub=2") {
				return s
			}
		}
	}
	t.Fatal("it listens to no Sentinel")
	return nil
}

package redisio_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/web/redisd"
	"twodoors/web/redisio"
	"twodoors/web/trace/tell"
)

const password = "a-password-for-tests"

var bounds = redisio.Bounds{Attempt: 300 * time.Millisecond, Attempts: 1}

func TestMain(m *testing.M) {
	redis.SetLogger(silent{}) // the client logs each dial that fails
	os.Exit(m.Run())
}

// What a real Redis refuses is told in words, apart from one that does not answer; and
// asking whether sessions could be kept leaves nothing behind.
func TestRefusalsOfRedisAreToldInWords(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		set   [][]any // commands of an administrator
		login string  // user and password in the URL
		says  string
	}{
		"fine":           {nil, ":" + password, ""},
		"no password":    {nil, "", "requires a password"},
		"wrong password": {nil, ":wrong-one", "rejects the password"},
		"permission":     {[][]any{{"ACL", "SETUSER", "reader", "on", ">secret-of-reader", "~*", "+get", "+hello", "+client"}}, "reader:secret-of-reader", "does not allow"},
		"replica":        {[][]any{{"REPLICAOF", "127.0.0.1", "1"}}, ":" + password, "is a read-only replica"},
		"full":           {[][]any{{"CONFIG", "SET", "maxmemory", "1"}}, ":" + password, "its memory is full"},
		"other type":     {[][]any{{"RPUSH", "probe", "x"}}, ":" + password, "holds something else"},
		"no such number": {nil, ":" + password + "/99", "no database with that number"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			address := startRedis(t)
			administrator := redis.NewClient(&redis.Options{Addr: address, Password: password})
			defer administrator.Close()
			for _, command := range c.set {
				if err := administrator.Do(t.Context(), command...).Err(); err != nil {
					t.Fatal(err)
				}
			}
			login, database, _ := strings.Cut(c.login, "/")
			client := open(t, "redis://"+login+"@"+address+"/"+database)
			err := client.Try(t.Context(), "probe")
			fault, ok := errors.AsType[*redisio.Fault](err)
			if c.says == "" {
				if err != nil || administrator.DBSize(t.Context()).Val() != 0 {
					t.Errorf("%v", err)
				}
				return
			}
			if !ok || !fault.Refuses || !strings.Contains(tell.Redis(fault.Code), c.says) {
				t.Errorf("%v", err)
			}
			for _, secret := range []string{password, "wrong-one", "secret-of-reader"} {
				if strings.Contains(fmt.Sprint(err), secret) {
					t.Errorf("it gives a password away: %v", err)
				}
			}
		})
	}
}

// Replies that a Redis gives in a state which a test cannot wait for, or by a version
// that is not installed.
func TestRepliesAreToldInWords(t *testing.T) {
	t.Parallel()
	for reply, says := range map[string]string{
		"LOADING Redis is loading the dataset in memory":                                  "still loading",
		"MISCONF Redis is configured to save RDB snapshots, but it's currently unable to": "save them to disk",
		"ERR max number of clients reached":                                               "no more connections",
		"ERR unknown command 'AUTH', with args beginning with: '" + password + "'":        "returns an error",
		"ERR something about " + password:                                                 "returns an error",
	} {
		client := open(t, "redis://:"+password+"@"+answering(t, reply))
		err := client.Try(t.Context(), "probe")
		fault, ok := errors.AsType[*redisio.Fault](err)
		if !ok || !fault.Refuses || !strings.Contains(tell.Redis(fault.Code), says) || strings.Contains(err.Error(), password) {
			t.Errorf("%s: %v", reply, err)
		}
	}
	for _, address := range []string{"127.0.0.1:1", answering(t, "")} {
		err := open(t, "redis://:"+password+"@"+address).Try(t.Context(), "probe")
		if fault, ok := errors.AsType[*redisio.Fault](err); !ok || fault.Refuses || fault.Code != redisio.Silent {
			t.Errorf("%v", err)
		}
	}
}

func open(t *testing.T, url string) *redisio.Client {
	t.Helper()
	client, err := redisio.Open(url, bounds)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

func startRedis(t *testing.T) (address string) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("redis-server is missing; ./test installs it")
	}
	ctx, cancel := context.WithCancel(context.Background())
	running, err := redisd.Start(ctx, redisd.Config{Password: password})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { running.Wait(ctx); close(ended) }()
	t.Cleanup(func() { cancel(); <-ended })
	return running.Address
}

// answering is an address that answers each line of a command with an error; with none
// it says nothing.
func answering(t *testing.T, reply string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				lines := bufio.NewScanner(connection)
				for lines.Scan() {
					if reply != "" && strings.HasPrefix(lines.Text(), "*") { // a command begins
						fmt.Fprintf(connection, "-%s\r\n", reply)
					}
				}
			}()
		}
	}()
	return listener.Addr().String()
}

package session_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/web/door"
	"twodoors/web/redisd"
	"twodoors/web/session"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

const redisPassword = "a-password-for-tests"

// eachRedis runs a test with redis-server, and with the stand-in for machines
// without it.
func eachRedis(t *testing.T, test func(t *testing.T, url string, stop func())) {
	t.Run("redis-server", func(t *testing.T) {
		if _, err := exec.LookPath("redis-server"); err != nil {
			t.Fatal("redis-server is missing; ./test installs it")
		}
		runRedis(t, redisd.Start, test)
	})
	t.Run("stand-in", func(t *testing.T) {
		runRedis(t, func(_ context.Context, o redisd.Orders) (*redisd.Running, error) { return redisd.StartStandIn(o) }, test)
	})
}

func runRedis(t *testing.T, start func(context.Context, redisd.Orders) (*redisd.Running, error), test func(t *testing.T, url string, stop func())) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	running, err := start(ctx, redisd.Orders{Password: redisPassword})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { running.Wait(ctx); close(ended) }()
	stop := func() { cancel(); <-ended }
	t.Cleanup(stop)
	test(t, "redis://:"+redisPassword+"@"+running.Address+"/0", stop)
}

func onRedis(t *testing.T, url string) site { return onRedisOf(t, url, "this-site") }

func onRedisOf(t *testing.T, url, name string) site {
	return openSite(t, "memory", func(session.Store) session.Store {
		store, err := session.NewRedisStore(url, name, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}

// S5, S6, S9: Redis keeps a session under a hash, for as long as it lasts, and what
// was destroyed does not come back.
func TestRedisStore(t *testing.T) {
	t.Parallel()
	eachRedis(t, func(t *testing.T, url string, _ func()) {
		s := onRedis(t, url)
		sent := s.login(t, false)
		cookie := &http.Cookie{Name: sent.Name, Value: sent.Value}
		if _, err := s.Authorize(request(false, cookie), door.AnyRole); err != nil {
			t.Fatal(err)
		}
		options, err := redis.ParseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		client := redis.NewClient(options)
		defer client.Close()
		keys, err := client.Keys(t.Context(), "*").Result()
		if err != nil || len(keys) != 1 || strings.Contains(keys[0], sent.Value) {
			t.Fatalf("%v %v", keys, err)
		}
		if left := client.TTL(t.Context(), keys[0]).Val(); left <= 0 || left > time.Hour {
			t.Errorf("it is kept for %v", left)
		}
		kept := client.Get(t.Context(), keys[0]).Val()
		if err := s.Logout(httptest.NewRecorder(), request(false, cookie)); err != nil {
			t.Fatal(err)
		}
		hash := strings.TrimPrefix(keys[0], "twodoors:session:this-site:")
		if err := s.Store.CommitCtx(t.Context(), hash, []byte(kept), time.Now().Add(time.Hour)); err == nil {
			t.Error("a destroyed session is saved again")
		}
		if err := s.Store.CommitCtx(t.Context(), hash, []byte(kept), time.Now().Add(-time.Second)); err == nil {
			t.Error("a session that ended is saved")
		}
		if n := client.DBSize(t.Context()).Val(); n != 0 {
			t.Errorf("%d keys are left", n)
		}
	})
}

// A6: two sites that share a Redis take each other's sessions for unknown, at every step:
// neither finds, changes nor ends what the other keeps.
func TestSitesShareARedisAndNoSessions(t *testing.T) {
	t.Parallel()
	eachRedis(t, func(t *testing.T, url string, _ func()) {
		mine, other := onRedisOf(t, url, "mine"), onRedisOf(t, url, "other")
		sent := mine.login(t, false)
		cookie := &http.Cookie{Name: sent.Name, Value: sent.Value}
		if _, err := other.Authorize(request(false, cookie), door.AnyRole); status(err) != 401 {
			t.Errorf("at the other site: %v", err)
		}
		if err := other.Logout(httptest.NewRecorder(), request(false, cookie)); err != nil {
			t.Errorf("logging out there: %v", err)
		}
		if _, err := mine.Authorize(request(false, cookie), door.AnyRole); err != nil {
			t.Errorf("at the site of the login, afterwards: %v", err)
		}
	})
}

// S11: without Redis the answer is 503 within a second, and "log in" is not what it
// says.
func TestRedisGoneIsNotLoggedOut(t *testing.T) {
	t.Parallel()
	eachRedis(t, func(t *testing.T, url string, stop func()) {
		s := onRedis(t, url)
		cookie := s.login(t, false)
		stop()
		refusedWithinASecond(t, s, cookie)
	})
}

// A Redis that answers with an error is not told as one that does not answer: trace and
// sentence say what it refuses, and "try again" only where that helps.
func TestRedisThatRefusesIsNotToldAsSilent(t *testing.T) {
	t.Parallel()
	eachRedis(t, func(t *testing.T, url string, _ func()) {
		cookie := &http.Cookie{Name: "session", Value: strings.Repeat("A", 43)}
		for at, says := range map[string]string{
			strings.Replace(url, redisPassword, "wrong", 1):    "refuses the password",
			strings.Replace(url, ":"+redisPassword+"@", "", 1): "asks for a password",
		} {
			s := onRedis(t, at)
			r := request(false, cookie)
			_, err := s.Authorize(r, door.AnyRole)
			steps := trace.From(r.Context()).Steps
			saw := tell.Saw(steps[len(steps)-1])
			if status(err) != 503 || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "ry again") || !strings.Contains(saw, says) {
				t.Errorf("%v, saw %q", err, saw)
			}
			if err := s.Logout(httptest.NewRecorder(), request(false, cookie)); status(err) != 503 || !strings.Contains(err.Error(), says) {
				t.Errorf("logout: %v", err)
			}
			if err := s.Login(httptest.NewRecorder(), request(false), s.user); status(err) != 503 || !strings.Contains(err.Error(), says) {
				t.Errorf("login: %v", err)
			}
		}
	})
}

// X2: a Redis that takes the connection and says nothing is given up within a
// second, also by many who wait for the same few connections.
func TestRedisThatHangs(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s := onRedis(t, "redis://"+listener.Addr().String())
	cookie := &http.Cookie{Name: "session", Value: strings.Repeat("A", 43)}
	refusedWithinASecond(t, s, cookie)
	var waiting sync.WaitGroup
	for range 100 {
		waiting.Go(func() { refusedWithinASecond(t, s, cookie) })
	}
	waiting.Wait()
}

func refusedWithinASecond(t *testing.T, s site, cookie *http.Cookie) {
	t.Helper()
	start := time.Now()
	_, err := s.Authorize(request(false, &http.Cookie{Name: cookie.Name, Value: cookie.Value}), door.AnyRole)
	if took := time.Since(start); status(err) != 503 || took > time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

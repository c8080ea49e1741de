package session_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/redisd"
	"twodoors/web/session"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

const redisPassword = "a-password-for-tests"

// installed starts redis-server, standIn what machines without it have.
func installed(ctx context.Context, o redisd.Config) (*redisd.Running, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, errors.New("redis-server is missing; ./test installs it")
	}
	return redisd.Start(ctx, o)
}

func standIn(_ context.Context, o redisd.Config) (*redisd.Running, error) {
	return redisd.StartStandIn(o)
}

// startRedis runs one until the test ends or calls stop.
func startRedis(t testing.TB, start func(context.Context, redisd.Config) (*redisd.Running, error)) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	running, err := start(ctx, redisd.Config{Password: redisPassword})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { running.Wait(ctx); close(ended) }()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return "redis://:" + redisPassword + "@" + running.Address + "/0", stop
}

// eachRedis runs a test with both.
func eachRedis(t *testing.T, test func(t *testing.T, url string, stop func())) {
	for kind, start := range map[string]func(context.Context, redisd.Config) (*redisd.Running, error){"redis-server": installed, "redis stand-in": standIn} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			url, stop := startRedis(t, start)
			test(t, url, stop)
		})
	}
}

// onRedis is a door of a site of that name.
func onRedis(t *testing.T, url, name string) site {
	return openSite(t, "memory", func(session.Store) session.Store {
		store, err := session.NewRedisStore(url, name, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}

// A6: two sites that share a Redis take each other's sessions for unknown, at every step:
// neither finds, changes nor ends what the other keeps.
func TestSitesShareARedisAndNoSessions(t *testing.T) {
	t.Parallel()
	eachRedis(t, func(t *testing.T, url string, _ func()) {
		mine, other := onRedis(t, url, "mine"), onRedis(t, url, "other")
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
		s := onRedis(t, url, "this-site")
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
			strings.Replace(url, redisPassword, "wrong", 1):    "rejects the password",
			strings.Replace(url, ":"+redisPassword+"@", "", 1): "requires a password",
		} {
			s := onRedis(t, at, "this-site")
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
	s := onRedis(t, "redis://"+listener.Addr().String(), "this-site")
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

package health_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"twodoors/web/health"
)

// A flood of probes costs one try, and each is answered within a second.
func TestProbesShareATry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var tries atomic.Int64
		r := health.NewReadiness(health.Check{Name: "It", Try: func(context.Context) (string, error) {
			tries.Add(1)
			time.Sleep(100 * time.Millisecond)
			return "It is missing.", errors.New("cause")
		}})
		var asking sync.WaitGroup
		for range 1000 {
			asking.Go(func() {
				if missing := r.Missing(t.Context()); missing != "It is missing." {
					t.Errorf("%q", missing)
				}
			})
		}
		asking.Wait()
		r.Missing(t.Context())
		if n := tries.Load(); n != 1 {
			t.Errorf("%d tries", n)
		}
		time.Sleep(time.Second)
		if r.Missing(t.Context()); tries.Load() != 2 {
			t.Errorf("%d tries, a second later", tries.Load())
		}
	})
}

// What takes long counts as before until it is known, and as missing when it never ends;
// nobody waits for it.
func TestSlowCheckCountsAsBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow, found := make(chan struct{}), ""
		r := health.NewReadiness(health.Check{Name: "The disk", Try: func(context.Context) (string, error) {
			<-slow
			return found, nil
		}})
		asked := func(want string) {
			t.Helper()
			began := time.Now()
			if missing := r.Missing(t.Context()); missing != want || time.Since(began) > time.Second {
				t.Errorf("%q after %v, not %q", missing, time.Since(began), want)
			}
		}
		asked("")
		time.Sleep(3 * time.Second)
		asked("")
		time.Sleep(5 * time.Second)
		asked("The disk does not answer.")
		close(slow)
		synctest.Wait()
		time.Sleep(time.Second)
		asked("")
	})
}

// A process that is about to end is not ready, and says so as a problem.
func TestClosingIsNotReady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		closing := make(chan struct{})
		r := health.NewReadiness(health.Open(closing))
		status := func() (int, string) {
			w := httptest.NewRecorder()
			r.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
			return w.Code, w.Body.String()
		}
		if code, body := status(); code != 200 {
			t.Errorf("%d %s", code, body)
		}
		close(closing)
		time.Sleep(time.Second)
		if code, body := status(); code != 503 || !strings.Contains(body, "shutting down") {
			t.Errorf("%d %s", code, body)
		}
	})
}

package redisd_test

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"

	"twodoors/web/redisd"
)

// A Redis holds itself to what it is given, and to 256 MB when it is given nothing.
func TestMemoryOfRedis(t *testing.T) {
	t.Parallel()
	for given, want := range map[int64]string{8 << 20: "8388608", 0: "268435456"} {
		ctx, cancel := context.WithCancel(t.Context())
		running, err := redisd.Start(ctx, redisd.Config{Password: "for-tests", MaxMemory: given})
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { running.Wait(ctx); close(ended) }()
		t.Cleanup(func() { cancel(); <-ended })
		if running.Kind == redisd.StandIn {
			t.Skip("this machine has no redis-server; the stand-in has no bound")
		}
		client := redis.NewClient(&redis.Options{Addr: running.Address, Password: "for-tests"})
		defer client.Close()
		if now, err := client.ConfigGet(ctx, "maxmemory").Result(); err != nil || now["maxmemory"] != want {
			t.Errorf("%d bytes: %v, %v", given, now, err)
		}
	}
}

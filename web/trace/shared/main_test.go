package shared_test

import (
	"context"
	"os"
	"testing"

	"github.com/redis/go-redis/v9"

	"twodoors/data/postgres"
	"twodoors/tests/cluster"
	"twodoors/tests/sentinel"
	"twodoors/web/trace/shared"
)

const password = "a-password-for-tests"

func TestMain(m *testing.M) {
	redis.SetLogger(silent{}) // the client logs each dial that fails
	os.Exit(m.Run())
}

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// stores open two stores of one place, as two servers do.
var stores = map[string]func(t *testing.T) (one, two shared.Store){
	"Redis": func(t *testing.T) (one, two shared.Store) {
		url := startRedis(t)
		return openRedis(t, url, "a"), openRedis(t, url, "a")
	},
	"PostgreSQL": func(t *testing.T) (one, two shared.Store) {
		address := cluster.Shared(t).Database(t)
		return openDatabase(t, address), openDatabase(t, address)
	},
}

func startRedis(t *testing.T) (url string) {
	t.Helper()
	alone := sentinel.Run(t, sentinel.Redis, "save \"\"\nrequirepass "+password+"\n", nil)
	return "redis://:" + password + "@" + alone.Address
}

// administering is a client that may do anything with a Redis.
func administering(t *testing.T, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { client.Close() })
	return client
}

func openRedis(t *testing.T, url, site string) *shared.Redis {
	t.Helper()
	store, err := shared.OpenRedis(url, site)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func openDatabase(t *testing.T, address string) shared.Store {
	t.Helper()
	db, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	table, err := postgres.OpenTraces(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { table.Close() })
	return shared.InDatabase(table, db.Now)
}

// each runs a test with each kind of store.
func each(t *testing.T, test func(t *testing.T, one, two shared.Store)) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, two := open(t)
			test(t, one, two)
		})
	}
}

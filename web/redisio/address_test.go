package redisio_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"twodoors/web/redisio"
)

// What cannot be the URL of a Redis is refused in one sentence, which repeats no password,
// not even one whose characters were not escaped.
func TestURLsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.crt")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for at, says := range map[string]string{
		"localhost:6379":                               "--redis must be a URL such as redis://localhost:6379",
		"http://localhost":                             "--redis must be a URL such as",
		"redis://:hunter2@localhost/one":               "--redis must be a URL such as",
		"redis://ada:12/hunter2@localhost":             "write characters such as / and @ in a password as %2F and %40",
		"redis://ada:12#hunter2@localhost":             "write characters such as",
		"redis://ada:12?hunter2@localhost":             "--redis has an option that it does not take",
		"redis://ada:12%hunter2@localhost":             "write characters such as",
		"redis://ada:12@hunter2@[localhost":            "write characters such as",
		"redis://localhost?a=hunter2;b":                "--redis must be a URL such as",
		"rediss://localhost?skip_verify=true":          "--redis has an option that it does not take",
		"redis://localhost?replica_only=true":          "--redis has an option that it does not take",
		"redis://localhost?password=hunter2":           "it needs master_name",
		"redis://localhost?addr=hunter2:26379":         "it needs master_name",
		"redis://localhost?master_name=":               "it needs master_name",
		"redis://localhost?master_name=x&addr=hunter2": "--redis must be a URL such as",
		"redis://localhost?sslrootcert=" + empty:       "begin the URL with rediss://",
		"rediss://localhost?sslrootcert=/nowhere.crt":  "sslrootcert of --redis cannot be read: open /nowhere.crt: ",
		"rediss://localhost?sslrootcert=":              "sslrootcert of --redis cannot be read: ",
		"rediss://localhost?sslrootcert=" + empty:      "sslrootcert of --redis has no certificate in it: " + empty,
	} {
		err := redisio.Check(at)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", at, err, says)
		}
		if label := redisio.Label(at); label != "" {
			t.Errorf("%s is called %q", at, label)
		}
	}
}

// A label says where a Redis is, and no user and no password.
func TestLabelHasNoSecrets(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"redis://localhost":                         "localhost:6379",
		"rediss://ada:hunter2@redis.example.org/3":  "redis.example.org:6379",
		"redis://[::1]:6380?protocol=2":             "[::1]:6380",
		"unix://ada:hunter2@/run/redis.sock?db=2":   "/run/redis.sock",
		"redis://ada:hunter2@one?master_name=doors": "doors (Sentinel one:6379)",
		"rediss://ada:hunter2@one:26379/0?addr=two:26379&addr=three:26379&master_name=doors&username=grace&password=hunter3": "doors (Sentinel one:26379, two:26379, three:26379)",
	} {
		if got := redisio.Label(at); got != want {
			t.Errorf("%s is called %q, want %q", at, got, want)
		}
		if err := redisio.Check(at); err != nil {
			t.Errorf("%s: %v", at, err)
		}
	}
}

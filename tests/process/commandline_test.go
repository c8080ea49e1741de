package process

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/tests/site"
)

// What could not be written has not been done: the status says so.
func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { full.Close() })
	key := filepath.Join(t.TempDir(), "key")
	os.WriteFile(key, []byte("correct horse battery staple, 32"), 0o600)
	signed, err := exec.Command(site.Program(), "token", "sign", "--secret-file="+key, "--claim=sub=1", "--expires=5m").Output()
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimSpace(string(signed))
	for _, arguments := range [][]string{
		{"version"}, {"token", "decode", token}, {"token", "decode", "--json", token}, {"token", "verify", "--secret-file=" + key, token},
		{"token", "sign", "--secret-file=" + key, "--claim=sub=1"}, {"experiment", "survive", "--only=token-shared,crash"},
	} {
		command := exec.Command(site.Program(), arguments...)
		var said strings.Builder
		command.Stdout, command.Stderr = full, &said
		err := command.Run()
		exit, ok := err.(*exec.ExitError)
		if !ok || exit.ExitCode() != 1 || strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), "no space left") {
			t.Errorf("%q: %v %s", arguments, err, said.String())
		}
	}
}

// A flag that cannot be is one clear line and exit status 2; what else stands in
// the way is one clear line and status 1. Nothing is damaged.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	text := filepath.Join(folder, "text")
	os.WriteFile(text, []byte(strings.Repeat("this is no database. ", 100)), 0o600)
	busy, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { busy.Close() })

	for _, test := range []struct {
		arguments string
		status    int
		says      string
	}{
		{"--nonsense", 2, "--nonsense"},
		{"nonsense", 2, "nonsense"},
		{"--servers=10", 2, "--servers must be from 1 to 9, not 10"},
		{"--servers=0", 2, "--servers"},
		{"--servers=x", 2, `--servers: "x" is not a whole number`},
		{"--store=disk", 2, `--store must be memory, database or redis, not "disk"`},
		{"--balance=best", 2, "--balance"},
		{"--alg=none", 2, "--alg"},
		{"--access-lifetime=0s", 2, "--access-lifetime"},
		{"--access-lifetime=soon", 2, `--access-lifetime: "soon" is not a time such as 30s, 5m or 24h`},
		{"--session-idle=-5m", 2, "--session-idle"},
		{"--listen", 2, "--listen: its value is missing"},
		{"--listen=here", 2, "--listen"},
		{"--listen=localhost:99999", 2, "--listen must be a host and a port"},
		{"--hosts=example.org:8080", 2, "--hosts must be names without a port"},
		{"--hosts=https://example.org", 2, "--hosts"},
		{"--tls-cert=x", 2, "--tls-key"},
		{"server --store=disk", 2, "--store"},
		{"server --behind-front", 1, "only the front"},
		{"--listen=" + busy.Addr().String(), 1, "is in use"},
		{"--db=" + text, 1, "is not a database"},
		{"--db=", 2, "--db must name a file"},
		{"--db=POSTGRES://ada:hunter2@localhost/two", 2, "--db must be the path of a file, or an address that begins with postgres://"},
		{"--db=host=localhost", 2, "--db must be the path of a file, or an address that begins with postgres://"},
		{"--redis=redis://ada:12#hunter2@localhost", 2, "write characters such as / and @ in a password as %2F and %40"},
		{"server --redis=rediss://localhost?sslrootcert=/nowhere.crt", 2, "sslrootcert of --redis cannot be read: open /nowhere.crt: "},
		{"--redis=redis://localhost?addr=localhost:26380", 2, "--redis names Sentinels, so it needs master_name"},
		{"--db=/proc/nowhere/t.db", 1, "cannot be written"},
		{"--db=" + folder, 1, "it is a folder"},
		{"lab check --signer -Xgh9X027e_1BinSbjl6Bevd0r1BUHJ4xQ2WOYpJZE8 /nowhere", 1, "the record cannot be read"},
		{"lab check " + folder, 2, "add --csv to check all records in it"},
		{"lab check --csv " + folder, 1, "there is no record in"},
		{"version", 0, "twodoors "},
		{"serve --help", 0, "--servers"},
	} {
		t.Run(test.arguments, func(t *testing.T) {
			t.Parallel()
			arguments := strings.Fields(test.arguments)
			if !strings.Contains(test.arguments, "--db") && !strings.Contains(test.arguments, "version") && !strings.Contains(test.arguments, "behind-front") {
				arguments = append(arguments, "--db="+filepath.Join(t.TempDir(), "t.db"))
			}
			if strings.HasPrefix(test.arguments, "--") && !strings.Contains(test.arguments, "--listen") {
				arguments = append(arguments, "--listen=localhost:0") // not the one that another row listens on
			}
			bounded, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			cmd := exec.CommandContext(bounded, site.Program(), arguments...)
			out, _ := cmd.CombinedOutput()
			if got := cmd.ProcessState.ExitCode(); got != test.status || !strings.Contains(string(out), test.says) {
				t.Errorf("status %d, want %d; said %q, want %q in it", got, test.status, out, test.says)
			}
			if test.status != 0 && strings.Count(string(out), "\n") != 1 {
				t.Errorf("said more than one line: %q", out)
			}
		})
	}
	t.Cleanup(func() {
		if kept, _ := os.ReadFile(text); !strings.HasPrefix(string(kept), "this is no database. this") || len(kept) != 2100 {
			t.Errorf("the file that is no database was changed")
		}
	})
}

func TestSettingsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(site.Program())
	cmd.Env = append(os.Environ(), "TWODOORS_STORE=disk")
	out, _ := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "--store") {
		t.Errorf("%d %s", cmd.ProcessState.ExitCode(), out)
	}
}

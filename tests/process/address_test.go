package process

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/tests/site"
)

// Browsers try either loopback address for localhost: they meet the site at both, at the
// same port.
func TestLocalhostIsBothLoopbackAddresses(t *testing.T) {
	t.Parallel()
	if !hasIPv6(t) {
		t.Skip("this machine has no ::1")
	}
	for _, command := range []string{"serve", "server"} {
		s := open(t, command)
		_, port, _ := strings.Cut(s.URL, "localhost:")
		for _, host := range []string{"127.0.0.1:", "[::1]:"} {
			answer, err := http.Get("http://" + host + port + "/healthz")
			if err != nil {
				t.Errorf("%s: %v", command, err)
				continue
			}
			answer.Body.Close()
			if answer.StatusCode != 200 {
				t.Errorf("%s at %s: %d", command, host, answer.StatusCode)
			}
		}
	}
}

// A program on either of the two addresses is not passed by: one line says where it is.
func TestLocalhostInUse(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "::1"} {
		if host == "::1" && !hasIPv6(t) {
			continue
		}
		other, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		_, port, _ := net.SplitHostPort(other.Addr().String())
		for _, command := range []string{"serve", "server"} {
			bounded, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			program := exec.CommandContext(bounded, site.Program(), command, "--listen=localhost:"+port, "--db="+filepath.Join(t.TempDir(), "t.db"))
			said, _ := program.CombinedOutput()
			want := "twodoors: " + other.Addr().String() + " is in use: stop the program that uses it, or choose another address with --listen\n"
			if program.ProcessState.ExitCode() != 1 || string(said) != want {
				t.Errorf("%s: status %d, %q", command, program.ProcessState.ExitCode(), said)
			}
		}
	}
}

// A machine without IPv6 has one loopback address.
func TestLocalhostWithoutIPv6(t *testing.T) {
	t.Parallel()
	const without = `ip link set lo up && sysctl -qw net.ipv6.conf.all.disable_ipv6=1`
	if err := exec.Command("unshare", "--net", "sh", "-c", without).Run(); err != nil {
		t.Skip("no network of its own to be had here:", err)
	}
	program := exec.Command("unshare", "--net", "sh", "-c", without+` && exec "$0" "$@"`,
		site.Program(), "server", "--listen=localhost:0", "--db="+filepath.Join(t.TempDir(), "t.db"))
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	program.Stderr = os.Stderr
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 100)
	n, _ := io.ReadAtLeast(out, said, 20)
	program.Process.Signal(os.Interrupt)
	if err := program.Wait(); err != nil || !strings.HasPrefix(string(said[:n]), "Two Doors is open at http://localhost:") {
		t.Errorf("%v %q", err, said[:n])
	}
}

// Whom the site is meant for besides is told, at the start, what to type; and each of that
// is answered.
func TestOthersAreToldTheAddress(t *testing.T) {
	t.Parallel()
	own, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "server"} {
		s := open(t, command, "--listen=0.0.0.0:0")
		told := s.Log.Await(t, "Others can reach it at (.*)\n")[1]
		addresses := strings.Split(told, " or ")
		_, port, _ := strings.Cut(s.URL, "localhost:")
		if !strings.Contains(told, "http://"+own+":"+port) || !strings.HasPrefix(s.URL, "http://localhost:") {
			t.Errorf("%s at %s: others are told %q", command, s.URL, told)
		}
		for _, address := range append(addresses, "http://"+strings.ToUpper(own), "http://"+own+".local:"+port) {
			r, _ := http.NewRequest("GET", s.URL+"/api/session/me", nil)
			r.Host = strings.TrimPrefix(address, "http://")
			answer, err := s.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != 401 {
				t.Errorf("%s: %s is answered with %d", command, address, answer.StatusCode)
			}
		}
	}
	if s := open(t); strings.Contains(s.Log.String(), "Others") {
		t.Errorf("nobody else reaches it:\n%s", s.Log)
	}
}

func hasIPv6(t *testing.T) bool {
	t.Helper()
	listener, err := net.Listen("tcp", "[::1]:0")
	if err == nil {
		listener.Close()
	}
	return err == nil
}

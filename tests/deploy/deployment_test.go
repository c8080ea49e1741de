package deploy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"twodoors/tests/site"
)

// host is the site's name in docs/deploy.md.
const host = "doors.example.org"

// deployment is Redis and three servers, as docs/deploy.md sets them up.
type deployment struct {
	t        *testing.T
	folder   string
	document string
	redis    *process
	servers  []*process
}

// process is one program that was started.
type process struct {
	cmd     *exec.Cmd
	address string
	log     bytes.Buffer
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// deploy starts what stands behind a balancer. Where a program is not installed, the
// test is skipped and says what to install; ./test installs them on Debian.
func deploy(t *testing.T, balancer string) *deployment {
	t.Helper()
	for _, program := range []string{balancer, "redis-server"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("install %s to run this test", program)
		}
	}
	document, err := os.ReadFile("../../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	d := &deployment{t: t, folder: t.TempDir(), document: string(document)}
	d.redis = d.startRedis()
	for i := range 3 {
		d.servers = append(d.servers, d.startServer(i+1))
	}
	return d
}

// block is the document's code of a kind.
func (d *deployment) block(kind string) string {
	d.t.Helper()
	found := regexp.MustCompile("(?s)\n```" + kind + "\n(.*?)\n```\n").FindStringSubmatch(d.document)
	if found == nil {
		d.t.Fatalf("docs/deploy.md has no %s", kind)
	}
	return found[1] + "\n"
}

// write puts a block into a file, with other ports and files in it.
func (d *deployment) write(name, text string, others ...string) string {
	d.t.Helper()
	for i := 0; i < len(others); i += 2 {
		if !strings.Contains(text, others[i]) {
			d.t.Fatalf("docs/deploy.md: %s does not name %s", name, others[i])
		}
	}
	path := filepath.Join(d.folder, name)
	if err := os.WriteFile(path, []byte(strings.NewReplacer(others...).Replace(text)), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

func (d *deployment) startRedis() *process {
	d.t.Helper()
	address := freeAddress(d.t)
	_, port, _ := net.SplitHostPort(address)
	file := d.write("redis.conf", d.block("redis"), "6379", port)
	return d.run(address, nil, "redis-server", file, "--dir", d.folder)
}

func (d *deployment) startServer(number int) *process {
	d.t.Helper()
	address := freeAddress(d.t)
	settings := strings.NewReplacer("/var/lib/twodoors", d.folder, "127.0.0.1:6379", d.redis.address).Replace(d.block("sh"))
	command := strings.NewReplacer("127.0.0.1:808%i", address, "%i", fmt.Sprint(number)).Replace(
		regexp.MustCompile(`ExecStart=/usr/local/bin/twodoors (.*)`).FindStringSubmatch(d.block("ini"))[1])
	p := d.run(address, strings.Fields(settings), site.Program(), strings.Fields(command)...)
	d.until("server "+fmt.Sprint(number)+" is ready", func() bool {
		answer, err := http.Get("http://" + address + "/readyz")
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == 200
	})
	return p
}

// ready is what a server says of itself.
func (d *deployment) ready(server int) (status int, said string) {
	d.t.Helper()
	answer, err := http.Get("http://" + d.servers[server].address + "/readyz")
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func (d *deployment) run(address string, environment []string, program string, arguments ...string) *process {
	d.t.Helper()
	p := &process{cmd: exec.Command(program, arguments...), address: address}
	p.cmd.Env = append(os.Environ(), environment...)
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		p.kill()
		if d.t.Failed() {
			d.t.Logf("%s:\n%s", program, &p.log)
		}
	})
	d.until(program+" listens", func() bool {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			connection.Close()
		}
		return err == nil
	})
	return p
}

// until waits until something is so.
func (d *deployment) until(what string, so func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 20*time.Second)
	defer cancel()
	for !so() {
		select {
		case <-ctx.Done():
			d.t.Fatal("in vain: ", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

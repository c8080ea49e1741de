package deploy

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"twodoors/tests/cluster"
)

// host is the site's name in docs/deploy.md and in the files beside it.
const host = "doors.example.org"

// deployment is what stands behind a balancer, as docs/deploy.md sets it up.
type deployment struct {
	t        *testing.T
	folder   string
	document string
	redis    *process
	postgres *cluster.Cluster
	known    []string // what the document names, and what it is called here
	servers  []*process
	site     string // where nginx listens
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

// end asks it to end, and waits until it has.
func (p *process) end() error {
	p.cmd.Process.Signal(syscall.SIGTERM)
	return p.cmd.Wait()
}

// read returns a deployment of nothing yet, for which some programs have to be installed.
func read(t *testing.T, programs ...string) *deployment {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is missing; ./test installs it", program)
		}
	}
	d := &deployment{t: t, folder: t.TempDir()}
	d.document = d.file("../deploy.md")
	return d
}

// oneMachine starts Redis and three servers that share a file.
func oneMachine(t *testing.T, balancer string) *deployment {
	t.Helper()
	d := read(t, balancer, "redis-server")
	d.redis = d.startRedis()
	d.known = []string{"/var/lib/twodoors", d.folder, "127.0.0.1:6379", d.redis.address}
	for i := range 3 {
		d.servers = append(d.servers, d.startServer(sharedMachine, i+1, freeAddress(t, "127.0.0.1")))
	}
	return d
}

// file is what a file of docs/deploy says.
func (d *deployment) file(name string) string {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "deploy", name))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

// block is the document's first code of a kind in a section.
func (d *deployment) block(section, kind string) string {
	d.t.Helper()
	return d.blocks(section, kind)[0]
}

// blocks are all of them.
func (d *deployment) blocks(section, kind string) (all []string) {
	d.t.Helper()
	_, text, _ := strings.Cut(d.document, "\n## "+section+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	for _, found := range regexp.MustCompile("(?s)\n```"+kind+"\n(.*?)\n```\n").FindAllStringSubmatch(text, -1) {
		all = append(all, found[1]+"\n")
	}
	if all == nil {
		d.t.Fatalf("docs/deploy.md has no %s in %s", kind, section)
	}
	return all
}

// here is a text with what is called otherwise here.
func (d *deployment) here(text string, others ...string) string {
	return strings.NewReplacer(append(others, d.known...)...).Replace(text)
}

// write puts a text into a file, with other ports and files in it.
func (d *deployment) write(name, text string, others ...string) string {
	d.t.Helper()
	for i := 0; i < len(others); i += 2 {
		if !strings.Contains(text, others[i]) {
			d.t.Fatalf("%s does not name %s", name, others[i])
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
	address := freeAddress(d.t, "127.0.0.1")
	_, port, _ := net.SplitHostPort(address)
	file := d.write("redis.conf", d.block("Redis", "redis"), "6379", port)
	return d.run(address, nil, "redis-server", file, "--dir", d.folder)
}

// setup is how systemd starts a server: its settings, its unit with drop-ins, and where that has it listen.
type setup struct {
	settings        string
	units           []string
	listen, metrics string
}

const template = "twodoors@.service"

var (
	ownMachine    = setup{"twodoors.env", []string{template}, "10.0.0.1%i:8080", "10.0.0.1%i:9090"}
	sharedMachine = setup{"one-machine.env", []string{template, template + ".d/one-machine.conf"}, "127.0.0.1:808%i", "127.0.0.1:909%i"}
)

// startServer starts one as systemd would, at another address, and waits until it is ready.
func (d *deployment) startServer(how setup, number int, address string, others ...string) *process {
	d.t.Helper()
	u := d.unit(how.units...)
	program, arguments := u.command(d.t, how.listen, address, how.metrics, "127.0.0.1:0", "%i", fmt.Sprint(number))
	p := d.run(address, settings(d.here(d.file(how.settings), others...)), program, arguments...)
	d.untilReady(p)
	return p
}

func (d *deployment) untilReady(p *process) {
	d.t.Helper()
	d.until("a server is ready", func() bool {
		answer, err := http.Get("http://" + p.address + "/readyz")
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == 200
	})
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

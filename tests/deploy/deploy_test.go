// Package deploy tries the configurations of docs/deploy and what stands in docs/deploy.md, word for
// word but for ports and files, with real balancers before real servers.
package deploy

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"twodoors/tests/site"
)

func TestMain(m *testing.M) {
	os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin") // where Debian keeps servers
	os.Exit(site.RunTests(m))
}

// balancers are those of docs/deploy, and how each is run.
var balancers = map[string]func(*deployment) *http.Client{"nginx": (*deployment).nginx, "haproxy": (*deployment).haproxy}

// Each file of docs/deploy is one that the document sends people to.
func TestDocumentNamesEveryFile(t *testing.T) {
	t.Parallel()
	d := read(t)
	root := filepath.Join("..", "..", "docs")
	err := filepath.WalkDir(filepath.Join(root, "deploy"), func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		if err == nil && !entry.IsDir() && name != filepath.Join("deploy", "Containerfile.dockerignore") && !strings.Contains(d.document, "]("+filepath.ToSlash(name)+")") {
			t.Errorf("docs/deploy.md does not name %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range regexp.MustCompile(`\]\((deploy/[^)]+)\)`).FindAllStringSubmatch(d.document, -1) {
		if _, err := os.Stat(filepath.Join(root, link[1])); err != nil {
			t.Error(err)
		}
	}
}

// Behind each balancer both doors answer from every server, over HTTPS as visitors see
// it; a server that is killed is passed over; Redis that ends takes the session
// door along and nothing else.
func TestServersBehindABalancer(t *testing.T) {
	t.Parallel()
	for name, start := range balancers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := oneMachine(t, name)
			client := start(d)
			v := &visitor{t: t, client: client}

			cookie := v.logIn()
			if !strings.HasPrefix(cookie, "__Host-session=") || !strings.Contains(cookie, "Secure") {
				t.Errorf("behind HTTPS the cookie is %.30s…", cookie)
			}
			v.everywhere(3)

			d.servers[1].kill()
			for range 30 {
				v.both(200, 200)
			}
			v.everywhere(2)

			d.redis.kill()
			for began := time.Now(); time.Since(began) < 3*time.Second; { // before the balancer has noticed, and after
				v.both(503, 200)
			}
			if status, sentence := d.ready(0); status != 503 || !strings.Contains(sentence, "Redis does not answer") {
				t.Errorf("the server says %d, %s", status, sentence)
			}
		})
	}
}

// What is for who looks after the site is not for the world; the inspector is for everybody, as each sees their own
// requests.
func TestBalancersKeepOperatorsRoutesAway(t *testing.T) {
	t.Parallel()
	for name, start := range balancers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := &visitor{t: t, client: start(oneMachine(t, name))}
			for _, path := range []string{"/readyz", "/%72eadyz", "/healthz", "/servers/passcode", "/api/settings", "/api/keys/rotate"} {
				if status, _ := v.get(path, ""); status != 404 {
					t.Errorf("%s: %d", path, status)
				}
			}
			for _, path := range []string{"/session/login", "/inspector", "/api/traces"} {
				if status, _ := v.get(path, ""); status != 200 {
					t.Errorf("%s: %d", path, status)
				}
			}
		})
	}
}

// S3, X3: whoever is no balancer is not believed, whatever they say about themselves.
func TestForwardedIsBelievedFromBalancersOnly(t *testing.T) {
	t.Parallel()
	d := oneMachine(t, "nginx")
	for from, secure := range map[string]bool{"127.0.0.1": true, "127.0.0.7": false} {
		v := &visitor{t: t, client: connectingFrom(from), base: "http://" + d.servers[0].address, extra: map[string]string{"X-Forwarded-Proto": "https", "Host": host}}
		if cookie := v.logIn(); strings.Contains(cookie, "Secure") != secure {
			t.Errorf("from %s, saying that it is HTTPS, the cookie is %.30s…", from, cookie)
		}
	}
}

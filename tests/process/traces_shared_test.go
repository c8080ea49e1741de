package process

import (
	"bufio"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"twodoors/tests/cluster"
	"twodoors/web/redisd"
)

// keepers are what three servers without a front can keep their traces in.
var keepers = map[string]func(t *testing.T) []*visit{
	"Redis": func(t *testing.T) []*visit {
		address, _ := outsideRedis(t, redisd.Config{Password: "a-password"})
		return lone(t, filepath.Join(t.TempDir(), "t.db"), 3, "--store=redis", "--redis=redis://:a-password@"+address)
	},
	"PostgreSQL": func(t *testing.T) []*visit { return lone(t, cluster.Shared(t).Database(t), 3, "--store=postgres") },
}

// sharing runs a test with three servers that share their traces, for each place that they can be in.
func sharing(t *testing.T, test func(t *testing.T, servers []*visit)) {
	t.Parallel()
	for name, start := range keepers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t))
		})
	}
}

// lists names the servers of the seat's requests as a server lists them, the newest first.
func (s *visit) lists() (servers []int) {
	s.t.Helper()
	var traces []struct{ Server int }
	s.must(200, "GET", "/api/traces", "").into(s.t, &traces)
	for _, t := range traces {
		servers = append(servers, t.Server)
	}
	return servers
}

// Whichever server answers, it lists what all of them did, knows every link at once, and shows both doors on the home
// page.
func TestInspectorIsOneForAllServers(t *testing.T) {
	sharing(t, func(t *testing.T, servers []*visit) {
		ada := servers[0]
		ada.logIn()
		want := []int{1, 1}
		for i := range 6 {
			asked, other := ada.at(servers[i%3]), ada.at(servers[(i+1)%3])
			a := asked.sessionMe()
			if told := other.trace(a); told.Outcome != "allowed" {
				t.Errorf("%+v", told)
			}
			for _, path := range []string{"/inspector/", "/answers/"} {
				other.must(200, "GET", path+a.header.Get("Trace-Id"), "")
			}
			want = slices.Insert(want, 0, i%3+1)
		}
		for i, server := range servers {
			ada.at(server).until("it lists all", func() bool { return slices.Equal(ada.at(server).lists(), want) })
			home := ada.at(server).must(200, "GET", "/", "").body
			if n := strings.Count(home, `id="session-trace"`) + strings.Count(home, `id="token-trace"`); n != 2 {
				t.Errorf("the home page of server %d shows %d doors' requests", i+1, n)
			}
		}
		if a := visiting(t, ada.Site).call("GET", "/api/traces", ""); strings.TrimSpace(a.body) != "[]" {
			t.Errorf("another seat lists %s", a.body)
		}
	})
}

// A stream says what happens at all servers, and goes on at another one after the last event that arrived.
func TestStreamTellsOfAllServers(t *testing.T) {
	sharing(t, func(t *testing.T, servers []*visit) {
		ada := servers[0]
		ada.logIn()
		last := ""
		for i := range 6 {
			reader := ada.at(servers[i%3])
			next := reader.events(last)
			if last == "" {
				ada.at(servers[2]).sessionMe()
			}
			told, id := next()
			if !strings.Contains(told, `"path":"/api/session/me"`) || !strings.Contains(told, fmt.Sprintf(`"server":%d,`, (i+2)%3+1)) {
				t.Errorf("%d: %s", i, told)
			}
			last = id
			ada.at(servers[i%3]).sessionMe() // which is told by the next server
		}
	})
}

// events returns what reads the next event of the seat's stream, and its id.
func (s *visit) events(last string) (next func() (data, id string)) {
	s.t.Helper()
	r, err := http.NewRequest("GET", s.URL+"/api/traces/events", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	response, err := s.client.Do(r)
	if err != nil || response.StatusCode != 200 {
		s.t.Fatal(err, response)
	}
	s.t.Cleanup(func() { response.Body.Close() })
	lines := bufio.NewScanner(response.Body)
	return func() (data, id string) {
		for lines.Scan() {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "id":
				id = value
			case "data":
				data = value
			case "":
				if data != "" {
					return data, id
				}
			}
		}
		s.t.Error("the stream ended", lines.Err())
		return "", ""
	}
}

// What a server saw stays when it ends, and what is cleared at one is cleared at all.
func TestTracesOutliveTheirServer(t *testing.T) {
	sharing(t, func(t *testing.T, servers []*visit) {
		ada := servers[0]
		ada.logIn()
		moved := ada.at(servers[1])
		before := ada.lists()
		if err := ada.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := ada.Ended(t); err != nil {
			t.Error(err)
		}
		if got := moved.lists(); !slices.Equal(got, before) {
			t.Errorf("%v before, %v after", before, got)
		}
		if a := moved.call("POST", "/inspector/clear", ""); a.status != 303 || len(ada.at(servers[2]).lists()) != 0 {
			t.Errorf("%d, and the other server lists %v", a.status, ada.at(servers[2]).lists())
		}
		if page := ada.at(servers[2]).must(200, "GET", "/inspector", "").body; !strings.Contains(page, fmt.Sprintf("Cleared %d requests", len(before))) {
			t.Error("the other server does not offer them back")
		}
		ada.at(servers[2]).must(303, "POST", "/inspector/restore", "")
		if got := moved.lists(); !slices.Equal(got, before) {
			t.Errorf("%v before, %v restored", before, got)
		}
	})
}

// While the Redis of the traces is away, whoever asks for them is told so, and the doors answer as they would. When it
// is back, the requests that failed meanwhile can be seen.
func TestTracesAreAway(t *testing.T) {
	t.Parallel()
	orders := redisd.Config{Password: "a-password"}
	address, end := outsideRedis(t, orders)
	servers := lone(t, cluster.Shared(t).Database(t), 2, "--store=redis", "--redis=redis://:a-password@"+address)
	ada := servers[0]
	ada.logIn()
	end()
	failed := ada.sessionMe()
	if token := ada.tokenMe(); token.status != 200 || failed.status != 503 {
		t.Errorf("token door %d, session door %d", token.status, failed.status)
	}
	for path, status := range map[string]int{"/api/traces": 503, "/inspector": 503, "/inspector/" + failed.header.Get("Trace-Id"): 503, "/api/traces/events": 503, "/": 200} {
		if a := ada.call("GET", path, ""); a.status != status || !strings.Contains(a.body, "Redis, which keeps the traces of all servers, does not answer") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	orders.Port, _ = strconv.Atoi(address[strings.LastIndexByte(address, ':')+1:])
	outsideRedis(t, orders)
	ada.at(servers[1]).until("the other server shows what failed", func() bool {
		return ada.at(servers[1]).call("GET", "/api/traces/"+failed.header.Get("Trace-Id"), "").status == 200
	})
	if told := ada.at(servers[1]).trace(failed); told.Reason != "session.find" || told.Status != 503 {
		t.Errorf("%+v", told)
	}
}

// toInspector finds a link to the inspector in a page.
var toInspector = regexp.MustCompile(`(href|action)="/(inspector|api/traces|embed)[^"]*`)

// linksNowhere expects pages without a link to the inspector.
func (s *visit) linksNowhere(pages ...string) {
	s.t.Helper()
	for _, path := range pages {
		a := s.call("GET", path, "", "Accept", "text/html")
		if found := toInspector.FindString(a.body); found != "" || a.body == "" {
			s.t.Errorf("%s has %s", path, found)
		}
	}
}

// expectGone expects that there is nothing at paths.
func (s *visit) expectGone(paths ...string) {
	s.t.Helper()
	for _, path := range paths {
		if a := s.call("GET", path, ""); a.status != 404 {
			s.t.Errorf("%s answers %d", path, a.status)
		}
	}
}

var (
	ofInspector = []string{"/inspector", "/inspector/token", "/inspector/AAAAAAAAAAAAAAAAAAAAAAAAAA", "/inspector/embeds", "/inspector/code/web/edge/edge.go", "/embed/AAAAAAAAAAAAAAAAAAAAAAAAAA"}
	ofDoors     = []string{"/", "/session/login", "/session/account", "/token/login", "/token/account", "/signup", "/nowhere"}
)

// A server alone without an inspector has no page of it, no API, and no link to either.
func TestInspectorIsLeftOut(t *testing.T) {
	t.Parallel()
	s := openOn(t, filepath.Join(t.TempDir(), "t.db"), "server", "--inspector=off")
	s.linksNowhere(ofDoors...)
	s.logIn()
	s.linksNowhere(append(ofDoors, "/answers/"+s.sessionMe().header.Get("Trace-Id"))...)
	s.expectGone(ofInspector...)
	s.expectGone("/api/traces", "/api/traces/AAAAAAAAAAAAAAAAAAAAAAAAAA", "/api/traces/events", "/api/traces.har", "/api/embeds")
}

// A front without one has no page of it and no link, before and after a crash and in a lab. Its experiments, which decide
// by traces, work.
func TestFrontWithoutAnInspector(t *testing.T) {
	t.Parallel()
	s := open(t, "--inspector=off")
	s.logIn()
	s.linksNowhere(ofDoors...)
	s.must(200, "POST", "/api/servers/1/crash?wait=1", "")
	s.must(401, "GET", "/session/account", "")
	s.linksNowhere(append(ofDoors, "/servers", "/servers/survive", "/servers/balance", "/labs", "/labs/theft", "/class")...)
	s.must(200, "POST", "/api/labs/restart/begin", "")
	s.sessionMe()
	s.linksNowhere("/labs/restart", "/servers")
	s.expectGone(ofInspector...)
	s.start("survive", `{"only":"memory,restart"}`)
	s.until("the experiment has ended", func() bool { return s.standing("survive").State != "running" })
	if now := s.standing("survive"); now.State != "done" {
		t.Errorf("%+v", now)
	}
	s.linksNowhere("/servers/survive")
}

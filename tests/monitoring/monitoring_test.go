// Package monitoring tests that what docs/deploy has for Prometheus and Grafana, and what docs/metrics.md says, is what
// processes really measure.
package monitoring

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"twodoors/tests/cluster"
	"twodoors/tests/site"
)

func TestMain(m *testing.M) { os.Exit(site.RunTests(m)) }

// Every metric, label and value that a rule, a panel or the document names is measured by a front or by a server
// without one, after requests of all kinds. Nothing that they measure is missing in the document.
func TestWhatIsWatchedIsMeasured(t *testing.T) {
	t.Parallel()
	s := scraped{}
	front := open(t, filepath.Join(t.TempDir(), "t.db"), "--store=redis", "--metrics=127.0.0.1:0")
	front.everything()
	front.expect("POST", "/api/rooms", `{}`, 201)
	front.expect("POST", "/api/session/login", ada, 200)
	front.expect("DELETE", "/api/rooms/mine", "", 204)
	front.expect("POST", "/api/session/login", ada, 200)
	front.expect("POST", "/api/store/stop", "", 200)
	front.expect("GET", "/api/session/me", "", 503)
	s.scrape(t, front.metricsAt())

	alone := open(t, cluster.Shared(t).Database(t), "server", "--store=postgres", "--revocation=on", "--refresh-grace=0", "--metrics=127.0.0.1:0")
	alone.everything()
	s.scrape(t, alone.metricsAt())

	t.Run("alerts", func(t *testing.T) { checkAlerts(t, s) })
	t.Run("dashboard", func(t *testing.T) { checkDashboard(t, s) })
	t.Run("document", func(t *testing.T) { checkDocument(t, s) })
}

var row = regexp.MustCompile("(?m)^\\| `(twodoors_\\w+)` \\| (counter|gauge|histogram) \\|([^|]*)\\|")

// checkDocument expects each metric of ours with its labels in docs/metrics.md, and no other.
func checkDocument(t *testing.T, s scraped) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, found := range row.FindAllStringSubmatch(string(text), -1) {
		name, kind := found[1], found[2]
		told[name] = true
		series := name
		if kind == "histogram" {
			series += "_bucket"
			told[series], told[name+"_sum"], told[name+"_count"] = true, true, true
		}
		if (kind == "counter") != strings.HasSuffix(name, "_total") || s[series] == nil {
			t.Errorf("%s is a %s there, and %d series", name, kind, len(s[series]))
		}
		var labels []string
		for _, label := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(found[3], -1) {
			labels = append(labels, label[1])
		}
		slices.Sort(labels)
		if measured := slices.DeleteFunc(s.labels(series), func(l string) bool { return l == "le" }); !slices.Equal(labels, measured) {
			t.Errorf("%s has the labels %q, and the document says %q", name, measured, labels)
		}
	}
	for name := range s {
		if strings.HasPrefix(name, "twodoors_") && !told[name] {
			t.Errorf("docs/metrics.md does not name %s", name)
		}
	}
}

// watched is a running process and somebody who visits it.
type watched struct {
	*site.Site
	t      *testing.T
	client *http.Client
}

func open(t *testing.T, db string, arguments ...string) *watched {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	return &watched{site.Open(t, db, arguments...), t, &http.Client{Jar: jar}}
}

// metricsAt is the address at which the process says that it serves metrics.
func (w *watched) metricsAt() string {
	w.t.Helper()
	return w.Log.Await(w.t, `msg=metrics address=(\S+)`)[1]
}

// ask returns what a request is answered with.
func (w *watched) ask(method, path, body string, headers ...string) (status int, text string) {
	w.t.Helper()
	r, err := http.NewRequest(method, w.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := w.client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, string(read)
}

// expect asks and expects a status.
func (w *watched) expect(method, path, body string, status int, headers ...string) (text string) {
	w.t.Helper()
	got, text := w.ask(method, path, body, headers...)
	if got != status {
		w.t.Fatalf("%s %s: %d %s", method, path, got, text)
	}
	return text
}

const ada = `{"username":"ada","password":"lovelace"}`

// everything logs in at both doors, is allowed and refused at both, uses a refresh token twice, and logs out.
func (w *watched) everything() {
	w.t.Helper()
	w.expect("POST", "/api/session/login", `{"username":"ada","password":"guessed"}`, 401)
	w.expect("POST", "/api/session/login", ada, 200)
	w.expect("GET", "/api/session/me", "", 200)
	w.expect("GET", "/api/session/admin", "", 403)
	var issued struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	text := w.expect("POST", "/api/token/login", strings.Replace(ada, "}", `,"refresh_in":"body"}`, 1), 200)
	if err := json.Unmarshal([]byte(text), &issued); err != nil {
		w.t.Fatal(err)
	}
	w.expect("GET", "/api/token/me", "", 200, "Authorization", "Bearer "+issued.Access)
	w.expect("GET", "/api/token/me", "", 401, "Authorization", "Bearer a.b.c")
	refresh := `{"refresh_token":"` + issued.Refresh + `"}`
	w.expect("POST", "/api/token/refresh", refresh, 200)
	w.ask("POST", "/api/token/refresh", refresh) // a repetition, or a reuse without time for repetitions
	w.expect("POST", "/api/token/logout", "", 204, "Authorization", "Bearer "+issued.Access)
	w.expect("POST", "/api/session/logout", "", 204)
}

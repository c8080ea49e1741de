package monitoring

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v4"
)

// deployed is a file of docs/deploy.
func deployed(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// alerts is a file of rules, strictly: a key that is not here is a mistake.
type alerts struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert, Expr         string
			For                 time.Duration
			Labels, Annotations map[string]string
		}
	}
}

var inAnnotation = regexp.MustCompile(`\$labels\.(\w+)`)

// checkAlerts expects four rules that fire for what is scraped, each with a sentence that says what to do.
func checkAlerts(t *testing.T, s scraped) {
	var all alerts
	if err := yaml.Load(deployed(t, "alerts.yaml"), &all, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	rules := all.Groups[0].Rules
	if len(all.Groups) != 1 || len(rules) != 4 {
		t.Errorf("%d rules in %d groups", len(rules), len(all.Groups))
	}
	for _, rule := range rules {
		for _, wrong := range s.check(rule.Expr) {
			t.Errorf("%s: %s", rule.Alert, wrong)
		}
		if !slices.Contains([]string{"critical", "warning"}, rule.Labels["severity"]) || rule.For < time.Minute || len(rule.Annotations["summary"]) < 20 || len(rule.Annotations["description"]) < 60 {
			t.Errorf("%s: %+v", rule.Alert, rule)
		}
		for _, text := range rule.Annotations {
			expectLabels(t, rule.Alert, rule.Expr, inAnnotation.FindAllStringSubmatch(text, -1))
		}
	}
}

// dashboard is what has a query or a place in dashboard.json.
type dashboard struct {
	UID           string `json:"uid"`
	SchemaVersion int    `json:"schemaVersion"`
	Templating    struct {
		List []struct{ Name, Type, Definition string }
	}
	Panels []panel
}

type panel struct {
	ID          int
	Type, Title string
	GridPos     struct{ X, Y, W, H int } `json:"gridPos"`
	Datasource  struct{ UID string }
	Targets     []struct {
		RefID        string `json:"refId"`
		Expr         string
		LegendFormat string `json:"legendFormat"`
		Datasource   struct{ UID string }
	}
}

// variables are what Grafana puts into queries.
var variables = strings.NewReplacer("$__rate_interval", "1m", `"$instance"`, `".*"`)

var inLegend = regexp.MustCompile(`\{\{(\w+)\}\}`)

// checkDashboard expects that each panel shows something that is scraped, from the data source that one chooses.
func checkDashboard(t *testing.T, s scraped) {
	var d dashboard
	if err := json.Unmarshal(deployed(t, "dashboard.json"), &d, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	if len(d.Panels) < 20 || d.Templating.List[0].Type != "datasource" || d.Templating.List[1].Definition != "label_values(twodoors_traces_kept, instance)" {
		t.Errorf("%d panels, variables %+v", len(d.Panels), d.Templating.List)
	}
	seen := map[int]bool{}
	for _, p := range d.Panels {
		if seen[p.ID] || p.GridPos.W <= 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%s: the panel %d is at %+v", p.Title, p.ID, p.GridPos)
		}
		seen[p.ID] = true
		if p.Type != "row" && (p.Datasource.UID != "${datasource}" || len(p.Targets) == 0) {
			t.Errorf("%s asks %q for %d things", p.Title, p.Datasource.UID, len(p.Targets))
		}
		p.check(t, s)
	}
	overlap(t, d.Panels)
}

func (p panel) check(t *testing.T, s scraped) {
	t.Helper()
	for _, target := range p.Targets {
		query := variables.Replace(target.Expr)
		for _, wrong := range s.check(query) {
			t.Errorf("%s: %s", p.Title, wrong)
		}
		if target.Datasource.UID != "${datasource}" || strings.Contains(query, "$") {
			t.Errorf("%s asks %q for %s", p.Title, target.Datasource.UID, query)
		}
		expectLabels(t, p.Title, query, inLegend.FindAllStringSubmatch(target.LegendFormat, -1))
	}
}

// overlap expects that no panel covers another one.
func overlap(t *testing.T, panels []panel) {
	t.Helper()
	for i, a := range panels {
		for _, b := range panels[:i] {
			a, b, one, other := a.GridPos, b.GridPos, a.Title, b.Title
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%s covers %s", one, other)
			}
		}
	}
}

// prometheusFile is what prometheus.yaml has.
type prometheusFile struct {
	Global struct {
		ScrapeInterval     time.Duration `yaml:"scrape_interval"`
		EvaluationInterval time.Duration `yaml:"evaluation_interval"`
	}
	RuleFiles     []string `yaml:"rule_files"`
	ScrapeConfigs []struct {
		JobName       string                       `yaml:"job_name"`
		StaticConfigs []struct{ Targets []string } `yaml:"static_configs"`
	} `yaml:"scrape_configs"`
}

// Prometheus asks each server where its unit serves metrics, under the name that the alerts have.
func TestPrometheusAsksEveryServer(t *testing.T) {
	t.Parallel()
	var p prometheusFile
	if err := yaml.Load(deployed(t, "prometheus.yaml"), &p, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	job := p.ScrapeConfigs[0]
	if !slices.Equal(p.RuleFiles, []string{"alerts.yaml"}) || len(p.ScrapeConfigs) != 1 || job.JobName != prometheus["job"] {
		t.Errorf("%+v", p)
	}
	for i, target := range job.StaticConfigs[0].Targets {
		number := string(rune('1' + i))
		served := strings.ReplaceAll(string(deployed(t, "twodoors@.service")), "%i", number)
		if !strings.Contains(served, " --metrics "+target+" ") || !strings.Contains(string(deployed(t, "nginx.conf")), "server "+strings.Replace(target, ":9090", ":8080", 1)) {
			t.Errorf("%s is not where server %s serves metrics", target, number)
		}
	}
	if len(job.StaticConfigs[0].Targets) != 3 {
		t.Errorf("it asks %q", job.StaticConfigs[0].Targets)
	}
}

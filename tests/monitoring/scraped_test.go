package monitoring

import (
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// scraped are all series of some processes: by the metric's name, the labels of each.
type scraped map[string][]map[string]string

var (
	sample = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? \S+$`)
	pair   = regexp.MustCompile(`([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"`)
)

// prometheus adds these to every series that it scrapes.
var prometheus = map[string]string{"job": "twodoors", "instance": "10.0.0.11:9090"}

// read adds what a process says.
func (s scraped) read(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		found := sample.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if found == nil {
			t.Errorf("this is no sample: %q", line)
			continue
		}
		s.add(found[1], pair.FindAllStringSubmatch(found[2], -1))
	}
}

func (s scraped) add(metric string, pairs [][]string) {
	labels := maps.Clone(prometheus)
	for _, p := range pairs {
		labels[p[1]] = p[2]
	}
	s[metric] = append(s[metric], labels)
}

// scrape adds what is at an address.
func (s scraped) scrape(t *testing.T, address string) {
	t.Helper()
	answer, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", address, answer.Status, err)
	}
	s.read(t, string(text))
	s.add("up", nil) // Prometheus says so itself
}

// values are those of a label in a metric.
func (s scraped) values(metric, label string) (all []string) {
	for _, labels := range s[metric] {
		if value, has := labels[label]; has && !slices.Contains(all, value) {
			all = append(all, value)
		}
	}
	return all
}

// labels are the names of a metric's labels, without those that Prometheus adds.
func (s scraped) labels(metric string) (names []string) {
	for _, labels := range s[metric] {
		for name := range labels {
			if prometheus[name] == "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

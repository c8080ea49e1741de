package monitoring

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/metricsql"
)

// functions are those that queries use, and that Prometheus and VictoriaMetrics both have. Those that look at a range
// of time are for counters.
var functions = map[string]struct{ ranges bool }{"rate": {true}, "increase": {true}, "histogram_quantile": {}}

var counter = regexp.MustCompile(`_(total|bucket|sum|count)$`)

// check is what is wrong with a query for what was scraped, nil if nothing is.
func (s scraped) check(query string) (wrong []string) {
	expression, err := metricsql.Parse(query)
	if err != nil {
		return []string{err.Error()}
	}
	say := func(format string, a ...any) { wrong = append(wrong, fmt.Sprintf(format, a...)) }
	metricsql.VisitAll(expression, func(e metricsql.Expr) {
		switch e := e.(type) {
		case *metricsql.MetricExpr:
			s.checkMetric(e, say)
		case *metricsql.FuncExpr:
			s.checkFunction(e, say)
		case *metricsql.AggrFuncExpr:
			s.checkGroups(e, say)
		}
	})
	return wrong
}

// checkMetric looks for the metric, and for each label and value of its filters.
func (s scraped) checkMetric(e *metricsql.MetricExpr, say func(string, ...any)) {
	name := nameOf(e)
	if s[name] == nil {
		say("there is no metric %q", name)
		return
	}
	for _, filter := range e.LabelFilterss[0][1:] {
		values := s.values(name, filter.Label)
		if len(values) == 0 {
			say("%s has no label %s", name, filter.Label)
		}
		for _, wanted := range alternatives(filter) {
			if !slices.ContainsFunc(values, wanted.MatchString) {
				say("%s has no %s like %s, only %q", name, filter.Label, wanted, values)
			}
		}
	}
}

// alternatives are what a filter looks for: each has to be there.
func alternatives(filter metricsql.LabelFilter) (all []*regexp.Regexp) {
	if !filter.IsRegexp {
		return []*regexp.Regexp{regexp.MustCompile("^" + regexp.QuoteMeta(filter.Value) + "$")}
	}
	for one := range strings.SplitSeq(filter.Value, "|") {
		all = append(all, regexp.MustCompile("^(?:"+one+")$"))
	}
	return all
}

func nameOf(e *metricsql.MetricExpr) string {
	if len(e.LabelFilterss) != 1 || len(e.LabelFilterss[0]) == 0 || e.LabelFilterss[0][0].Label != "__name__" {
		return ""
	}
	return e.LabelFilterss[0][0].Value
}

// checkFunction expects a range where Prometheus expects one, of a counter, and buckets for a quantile.
func (s scraped) checkFunction(e *metricsql.FuncExpr, say func(string, ...any)) {
	about, known := functions[e.Name]
	if !known {
		say("there is no function %s", e.Name)
	}
	for _, argument := range e.Args {
		over, is := argument.(*metricsql.RollupExpr)
		if about.ranges && (!is || over.Window == nil) {
			say("%s needs a range, as [5m]", e.Name)
		}
	}
	for _, metric := range metricsIn(e) {
		if about.ranges && !counter.MatchString(metric) {
			say("%s of %s, which is no counter", e.Name, metric)
		}
		if e.Name == "histogram_quantile" && !strings.HasSuffix(metric, "_bucket") {
			say("%s is no histogram", metric)
		}
	}
	if e.Name == "histogram_quantile" && !slices.Contains(groups(e), "le") {
		say("buckets are told apart by le")
	}
}

// checkGroups expects what is grouped by to be a label of what is counted.
func (s scraped) checkGroups(e *metricsql.AggrFuncExpr, say func(string, ...any)) {
	for _, metric := range metricsIn(e) {
		for _, label := range e.Modifier.Args {
			if len(s.values(metric, label)) == 0 {
				say("%s cannot be grouped by %s", metric, label)
			}
		}
	}
}

// metricsIn are the names of all metrics in an expression.
func metricsIn(e metricsql.Expr) (names []string) {
	metricsql.VisitAll(e, func(inner metricsql.Expr) {
		if metric, is := inner.(*metricsql.MetricExpr); is {
			names = append(names, nameOf(metric))
		}
	})
	return names
}

// groups are the labels that anything in an expression is grouped by.
func groups(e metricsql.Expr) (labels []string) {
	metricsql.VisitAll(e, func(inner metricsql.Expr) {
		if sum, is := inner.(*metricsql.AggrFuncExpr); is {
			labels = append(labels, sum.Modifier.Args...)
		}
	})
	return labels
}

// expectLabels expects that a text for people names only labels that the query's result has.
func expectLabels(t *testing.T, where, query string, named [][]string) {
	t.Helper()
	expression, err := metricsql.Parse(query)
	if err != nil {
		return // which was said
	}
	_, grouped := expression.(*metricsql.AggrFuncExpr)
	has := groups(expression)
	for _, name := range named {
		if !slices.Contains(has, name[1]) && (grouped || len(has) > 0 || prometheus[name[1]] == "") {
			t.Errorf("%s: nothing says %s in %s", where, name[1], query)
		}
	}
}

// What is wrong with a query is found, and nothing else is.
func TestWrongQueriesAreFound(t *testing.T) {
	t.Parallel()
	s := scraped{}
	s.read(t, `twodoors_decisions_total{door="session",outcome="denied",reason="cookie.read"} 1
twodoors_decisions_total{door="",outcome="allowed",reason=""} 1
twodoors_step_seconds_bucket{step="session.find",store="Redis",le="+Inf"} 1
twodoors_streams 0
`)
	for query, wrong := range map[string]string{
		`sum by (door) (rate(twodoors_decisions_total{outcome="denied",door!=""}[5m])) > 1`:                     "",
		`histogram_quantile(0.99, sum by (store, le) (rate(twodoors_step_seconds_bucket{instance=~".*"}[5m])))`: "",
		`sum by (instance) (twodoors_streams) == 0 or twodoors_streams{job="twodoors"} == 0`:                    "",
		`twodoors_decision_total`:                                                          `there is no metric "twodoors_decision_total"`,
		`{job="twodoors"}`:                                                                 `there is no metric ""`,
		`twodoors_decisions_total{outcome="deneid"}`:                                       "has no outcome like ^deneid$",
		`twodoors_decisions_total{outcome!="deneid"}`:                                      "has no outcome like ^deneid$",
		`twodoors_decisions_total{reason=~"cookie.read|x"}`:                                "has no reason like ^(?:x)$",
		`twodoors_decisions_total{result="denied"}`:                                        "has no label result",
		`sum by (dor) (twodoors_streams)`:                                                  "cannot be grouped by dor",
		`rate(twodoors_decisions_total)`:                                                   "needs a range",
		`rate(twodoors_streams[5m])`:                                                       "is no counter",
		`rollup_rate(twodoors_decisions_total[5m])`:                                        "there is no function rollup_rate",
		`histogram_quantile(0.5, sum by (store) (rate(twodoors_step_seconds_bucket[5m])))`: "told apart by le",
		`histogram_quantile(0.5, sum by (job, le) (twodoors_streams))`:                     "is no histogram",
		`sum(rate(twodoors_decisions_total[5m])`:                                           "parse",
	} {
		said := strings.Join(s.check(query), "; ")
		if wrong == "" && said != "" || wrong != "" && !strings.Contains(said, wrong) {
			t.Errorf("%s: %q, not %q", query, said, wrong)
		}
	}
}

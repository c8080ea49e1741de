package metrics

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/VictoriaMetrics/metrics"

	"twodoors/web/trace"
)

// Measure is something that is measured at the moment of the question.
type Measure struct {
	Name  string // with its labels, as `twodoors_rooms{state="awake"}`
	Total bool   // it only rises: a counter, not a gauge
	Value func() float64
}

// totals are counts of steps that did what they are for, under names that say what that means.
var totals = map[trace.Name]string{
	trace.SessionCreate: "twodoors_sessions_created_total", trace.SessionDestroy: "twodoors_sessions_destroyed_total",
	trace.TokenSign: "twodoors_tokens_issued_total", trace.RevocationAdd: "twodoors_tokens_revoked_total",
	trace.RefreshCreate: "twodoors_refresh_families_created_total", trace.FamilyRevoke: "twodoors_refresh_families_revoked_total",
}

// Handler answers with everything that was counted, and with measures. The text is whole before its first byte is
// sent, so whoever never reads it to its end holds up nobody but themselves.
func (m *Meter) Handler(measures ...Measure) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := &bytes.Buffer{}
		m.writeDecisions(text)
		m.writeSteps(text)
		m.writeTotals(text)
		for _, measure := range measures {
			if measure.Total {
				metrics.WriteCounterFloat64(text, measure.Name, measure.Value())
			} else {
				metrics.WriteGaugeFloat64(text, measure.Name, measure.Value())
			}
		}
		metrics.WriteProcessMetrics(text)
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Write(text.Bytes())
	})
}

func (m *Meter) writeDecisions(text *bytes.Buffer) {
	all := m.decisions.now()
	for _, d := range sorted(all, func(d decision) string { return fmt.Sprint(d.door, " ", d.outcome, " ", d.reason) }) {
		name := fmt.Sprintf("twodoors_decisions_total{%s,%s,%s}", label("door", d.door), label("outcome", string(d.outcome)), label("reason", string(d.reason)))
		metrics.WriteCounterUint64(text, name, all[d].Load())
	}
}

// writeSteps writes histograms in the form of Prometheus: each bucket counts the ones below it as well.
func (m *Meter) writeSteps(text *bytes.Buffer) {
	all := m.steps.now()
	for _, p := range sorted(all, func(p place) string { return string(p.step) + " " + p.store }) {
		h, labels := all[p], label("step", string(p.step))+","+label("store", p.store)
		total := uint64(0)
		for bucket := range h.counts {
			total += h.counts[bucket].Load()
			bound := fmt.Sprint(upTo(bucket))
			if bucket == buckets {
				bound = "+Inf"
			}
			metrics.WriteCounterUint64(text, fmt.Sprintf("twodoors_step_seconds_bucket{%s,%s}", labels, label("le", bound)), total)
		}
		metrics.WriteCounterFloat64(text, "twodoors_step_seconds_sum{"+labels+"}", float64(h.nanoseconds.Load())/1e9)
		metrics.WriteCounterUint64(text, "twodoors_step_seconds_count{"+labels+"}", total)
	}
}

func (m *Meter) writeTotals(text *bytes.Buffer) {
	counts := map[string]uint64{"twodoors_refresh_tokens_reused_total": m.reused.Load()}
	for _, name := range totals {
		counts[name] = 0
	}
	for p, h := range m.steps.now() {
		if name, meant := totals[p.step]; meant {
			counts[name] += h.done.Load()
		}
	}
	for _, name := range sorted(counts, func(name string) string { return name }) {
		metrics.WriteCounterUint64(text, name, counts[name])
	}
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func label(name, value string) string { return name + `="` + escaped.Replace(value) + `"` }

// sorted are the keys of a map in the order of their texts.
func sorted[K comparable, V any](all map[K]V, text func(K) string) (keys []K) {
	for key := range all {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Compare(text(a), text(b)) })
	return keys
}

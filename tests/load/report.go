package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// report is everything that was measured.
type report struct {
	Date        string                `json:"date"`
	Go          string                `json:"go"`
	Processors  int                   `json:"processors"`
	Load1       string                `json:"load_average_before"`
	Machine     string                `json:"-"` // in words
	Size        float64               `json:"size"`
	Rounds      int                   `json:"rounds"`
	Seconds     float64               `json:"seconds"`
	Connections int                   `json:"connections"`
	Order       []string              `json:"order,omitempty"`
	Targets     map[string][]measured `json:"targets,omitempty"`
	Compared    []compared            `json:"compared,omitempty"`
	Crashes     *crashes              `json:"crashes,omitempty"`
	Faults      []faults              `json:"faults,omitempty"`
	Floods      *floods               `json:"floods,omitempty"`
	Memory      *memory               `json:"memory,omitempty"`
	Pages       []page                `json:"pages,omitempty"`
	Rooms       []figure              `json:"rooms,omitempty"`
	Class       []figure              `json:"class,omitempty"`
	Traces      []figure              `json:"traces,omitempty"`
	Writes      []written             `json:"writes,omitempty"`
	Sizes       []size                `json:"sizes,omitempty"`
}

// compared is a comparison with its outcome.
type compared struct {
	comparison
	CPU       float64 `json:"cpu"`        // their processor time for a request, of ours: more is better
	Low       float64 `json:"low"`        // half of the rounds lie
	High      float64 `json:"high"`       // between these
	PerSecond float64 `json:"per_second"` // our requests a second, of theirs; they also measure who else ran
	Verdict   string  `json:"verdict"`    // met, missed, or too close to tell
}

func (r *report) compare() {
	for _, c := range comparisons {
		ours, theirs := r.Targets[c.Ours], r.Targets[c.Theirs]
		if len(ours) == 0 || len(theirs) == 0 {
			continue
		}
		all := ratios(theirs, ours, cpuTime)
		low, high := middle(all)
		r.Compared = append(r.Compared, compared{c, median(all), low, high, medianRatio(ours, theirs, perSecond), verdict(low, high, c.Goal)})
	}
}

func (r *report) json(out io.Writer) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	_, err = out.Write(append(text, '\n'))
	return err
}

func (r *report) text(out io.Writer) error {
	fmt.Fprintf(out, "%s, %s\n", r.Date, r.Machine)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if len(r.Order) > 0 {
		r.loads(t)
	}
	if c := r.Crashes; c != nil {
		fmt.Fprintf(t, "\ncrashed and serving again, %d times: median %.1f ms, slowest %.1f ms (goal: under 60): %s\n", c.Times, c.Median, c.Max, met(c.Median < 60))
	}
	if len(r.Faults) > 0 {
		r.suffered(t)
	}
	if f := r.Floods; f != nil {
		fmt.Fprintf(t, "\nafter %d requests without a cookie, in %.1f s, a seat has %d of its %d traces: %s\n", f.Requests, f.Seconds, f.Kept, f.Traces, met(f.Kept == f.Traces))
		fmt.Fprintf(t, "while %d seats at one address log in without a break, %d of %d others do, after %d of their logins at most: %s\n",
			f.Seats, f.LoggedIn, f.Others, f.MostTurns, met(f.LoggedIn == f.Others))
		fmt.Fprintf(t, "while %d connections log in without a break, with a new seat for each request, %d of %d others do: %s\n",
			f.MadeUp, f.LoggedInBeside, f.Others, met(f.LoggedInBeside == f.Others))
	}
	r.kept(t)
	if m := r.Memory; m != nil {
		fmt.Fprintf(t, "\nmemory in MB\tserver alone\tfront\tits server\t\n")
		fmt.Fprintf(t, "database just made\t%.1f\t%.1f\t%.1f\t\n", m.FirstServer, m.FirstFront, m.FirstBehind)
		fmt.Fprintf(t, "database there before\t%.1f\t%.1f\t%.1f\t\n", m.Server, m.Front, m.Behind)
		fmt.Fprintf(t, "after 25,000 requests\t\t%.1f\t%.1f\t\n", m.Full, m.FullServer)
		t.Flush()
		fmt.Fprintf(out, "at rest under 30: %s; front with full traces under 100: %s\n", met(m.Server < 30 && m.Front < 30), met(m.Full < 100))
	}
	if len(r.Pages) > 0 {
		fmt.Fprintf(t, "\npage\tms\tcpu ms\tunder 1 ms\thtml bytes\tstatic bytes\tfiles\tin all\t\n")
		for _, p := range r.Pages {
			fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%s\t%d\t%d\t%d\t%d\t\n", p.Path, p.Mean, p.CPU, met(p.Mean < 1), p.HTML, p.Static, p.Files, p.HTML+p.Static)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, figures := range [][]figure{r.Rooms, r.Class, r.Traces} {
		if len(figures) == 0 {
			continue
		}
		if err := r.table(out, figures); err != nil {
			return err
		}
	}
	return nil
}

func (r *report) loads(t *tabwriter.Writer) {
	fmt.Fprintf(t, "%d connections, medians of %d interleaved rounds of %g s\n\n", r.Connections, r.Rounds, r.Seconds)
	fmt.Fprintf(t, "target\trequests/s\tof bare\tserver cpu us\tdatabase cpu us\tallocations\tbytes\t\n")
	for _, name := range r.Order {
		rounds := r.Targets[name]
		fmt.Fprintf(t, "%s\t%.0f\t%.2f\t%.1f\t", name, medianOf(rounds, perSecond), medianRatio(rounds, r.Targets["bare"], perSecond), medianOf(rounds, cpuTime))
		if n := medianOf(rounds, databaseTime); n > 0 {
			fmt.Fprintf(t, "%.1f", n)
		}
		fmt.Fprint(t, "\t")
		if n := medianOf(rounds, allocations); n > 0 {
			fmt.Fprintf(t, "%.0f\t%.0f\t\n", n, medianOf(rounds, bytesOf))
		} else {
			fmt.Fprint(t, "\t\t\n")
		}
	}
	t.Flush()
	if len(r.Compared) > 0 {
		fmt.Fprintf(t, "\nours, of theirs\tgoal\tby cpu\thalf of the rounds\trequests/s\t\t\n")
	}
	for _, c := range r.Compared {
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%.2f to %.2f\t%.2f\t%s\t\n", c.What, c.Goal, c.CPU, c.Low, c.High, c.PerSecond, c.Verdict)
	}
	t.Flush()
}

// suffered tells what visitors noticed of servers that were killed.
func (r *report) suffered(t *tabwriter.Writer) {
	fmt.Fprintf(t, "\nstore\tservers killed\tdoor\trequests\tfailed\t50 %%\t99 %%\t100 %% (ms)\tnone failed\t\n")
	for _, f := range r.Faults {
		for _, d := range f.Doors {
			fmt.Fprintf(t, "%s\t%d\t%s\t%d\t%d\t%.1f\t%.1f\t%.1f\t%s\t\n", f.Store, f.Killed, d.Door, d.Requests, d.Failed, d.P50, d.P99, d.Max, met(d.Failed == 0))
		}
	}
	t.Flush()
	for _, f := range r.Faults {
		for _, d := range f.Doors {
			for _, why := range d.Why {
				fmt.Fprintf(t, "%s, %s: %s\n", f.Store, d.Door, why)
			}
		}
	}
}

// verdict says nothing about a goal that lies among the middle half of the rounds.
func verdict(low, high, goal float64) string {
	if low < goal && goal <= high {
		return "too close to tell"
	}
	return met(low >= goal)
}

func met(yes bool) string {
	if yes {
		return "met"
	}
	return "missed"
}

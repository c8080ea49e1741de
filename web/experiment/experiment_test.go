package experiment

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// The outage is the time from the first question that got no answer of yes or no to
// the first answer that was one, rounded up; what comes later does not count.
func TestOutageIsFromTheFirstSilenceToTheFirstAnswer(t *testing.T) {
	t.Parallel()
	began := time.Now()
	at := func(ms float64) time.Time { return began.Add(time.Duration(ms * float64(time.Millisecond))) }
	type question struct {
		answered     bool
		asked, ended float64
	}
	for _, test := range []struct {
		name      string
		questions []question
		want      int64
	}{
		{"none", nil, 0},
		{"always answered", []question{{true, 0, 1}, {true, 2, 3}}, 0},
		{"silent once", []question{{true, 0, 1}, {false, 2, 3}, {true, 4, 5.5}}, 4},
		{"silent twice in a row", []question{{false, 1, 2}, {false, 3, 4}, {true, 5, 6}}, 5},
		{"silent to the end", []question{{true, 0, 1}, {false, 2, 3}, {false, 4, 9}}, 7},
		{"silent again later", []question{{false, 1, 2}, {true, 3, 4}, {false, 5, 6}, {true, 90, 91}}, 3},
	} {
		var o outage
		for _, q := range test.questions {
			o.note(q.answered, at(q.asked), at(q.ended))
		}
		if got := o.milliseconds(); got != test.want {
			t.Errorf("%s: %d ms, not %d", test.name, got, test.want)
		}
	}
}

// A part names rows, columns or both; of what it does not name, all are meant.
func TestPartOfTheTable(t *testing.T) {
	t.Parallel()
	allRows, allColumns := len(credentials()), len(events())
	for _, test := range []struct {
		names         string
		rows, columns int
	}{
		{"redis", 1, allColumns}, {"crash", allRows, 1}, {"crash,restart", allRows, 2}, {"redis, crash", 1, 1}, {"memory,memory", 1, allColumns},
	} {
		part, err := ParsePart(test.names)
		rows, columns := choose(part, credentials()), choose(part, events())
		if err != nil || len(rows) != test.rows || len(columns) != test.columns {
			t.Errorf("%s: %v, %d rows and %d columns", test.names, err, len(rows), len(columns))
		}
	}
	for _, names := range []string{"", "x", "redis,", "Redis"} {
		if _, err := ParsePart(names); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", names, err)
		}
	}
}

// Only a machine with PostgreSQL has a row and a column for it, and SQLite has nothing to restart.
func TestTableWithoutPostgreSQL(t *testing.T) {
	t.Parallel()
	for has, want := range map[bool]string{
		true:  "memory sqlite postgres redis token-shared token-per-server | restart crash other-server removed store-away store-back database-restarted reopened",
		false: "memory sqlite redis token-shared token-per-server | restart crash other-server removed store-away store-back reopened",
	} {
		var names []string
		for _, c := range possible(everyCredential(), has) {
			names = append(names, c.Name)
		}
		names = append(names, "|")
		for _, e := range possible(everyEvent(), has) {
			names = append(names, e.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%v: %s", has, got)
		}
	}
	for _, c := range everyCredential() {
		for _, e := range everyEvent() {
			if why := inapplicable(c, e); (why != "") != (c.Name == "sqlite" && e.Name == "database-restarted") {
				t.Errorf("%s, %s: %s", c.Name, e.Name, why)
			}
		}
	}
}

// What would set flags of the experiment's site is kept from it.
func TestSiteHasNoSettingsFromOutside(t *testing.T) {
	t.Setenv("TWODOORS_STORE", "sqlite")
	if slices.ContainsFunc(environment(), func(variable string) bool { return strings.HasPrefix(variable, "TWODOORS_") }) {
		t.Error(environment())
	}
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"
)

// boards are the two that are open: the lecturer's page, and a program.
type boards struct {
	page, program board
}

// board is when it was told of what people did.
type board struct {
	mu      sync.Mutex
	changes map[string][]change // by the person's id
	told    map[string][]telling
}

// change is one request that changes a person's row.
type change struct {
	sent, answered time.Time
	tries          int // that the row counts from then on
}

// telling is one row that came, as far as it shows which changes are in it.
type telling struct {
	at    time.Time
	last  time.Time // when the person did something, which a program is told
	tries int       // how often they tried, which the page tells of those who are stuck
}

// shows reports whether a change is in a row.
func (t telling) shows(c change) bool {
	return !t.last.Before(c.sent) || c.tries > 0 && t.tries >= c.tries
}

// boardRow is a row as the API tells it.
type boardRow struct {
	ID, Name string
	Last     time.Time
	Labs     []struct{ Tries int }
}

// watch opens both boards, until ctx ends.
func (r *classRun) watch(ctx context.Context) (*boards, error) {
	b := &boards{page: newBoard(), program: newBoard()}
	err := r.lecturer.listen(ctx, "/api/class/events", func(event, data string) {
		var row boardRow
		if event == "person" && json.Unmarshal([]byte(data), &row) == nil {
			b.program.tell(row.ID, telling{at: time.Now(), last: row.Last})
		}
	})
	if err != nil {
		return nil, err
	}
	return b, r.lecturer.listen(ctx, "/class/events", func(event, data string) {
		if id, tries := rowID.FindStringSubmatch(data), rowTries.FindStringSubmatch(data); event == "person" && id != nil && tries != nil {
			n, _ := strconv.Atoi(tries[1])
			b.page.tell(id[1], telling{at: time.Now(), tries: n})
		}
	})
}

// A row of the page has who it is of, and how often somebody tried who is stuck.
var (
	rowID    = regexp.MustCompile(`<tr id="person-([^"]+)"`)
	rowTries = regexp.MustCompile(`title="[^"]* · ([0-9]+) requests? · `)
)

func newBoard() board { return board{changes: map[string][]change{}, told: map[string][]telling{}} }

func (b *board) add(id string, c change) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.changes[id] = append(b.changes[id], c)
}

func (b *board) tell(id string, t telling) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told[id] = append(b.told[id], t)
}

// figure is how long after a request's answer a board showed what it changed. What was shown before the answer took no time.
func (b *board) figure(what, more string) figure {
	b.mu.Lock()
	defer b.mu.Unlock()
	var took []float64
	missing := 0
	for id, changes := range b.changes {
		for _, c := range changes {
			at := slices.IndexFunc(b.told[id], func(t telling) bool { return t.shows(c) })
			if at < 0 {
				missing++
				took = append(took, milliseconds(eventLate))
				continue
			}
			took = append(took, milliseconds(max(0, b.told[id][at].at.Sub(c.answered))))
		}
	}
	notes := fmt.Sprintf("%.0f in the median, %.0f for 99 %% of %d", median(took), percent(took, 99), len(took))
	if missing > 0 {
		notes += fmt.Sprintf(", %d never", missing)
	}
	return figure{What: what, Goal: 500, Seen: percent(took, 100), Unit: "ms", Notes: notes + more}
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

const joinsOver = time.Minute // from the first of a class to the last

var (
	firstNames = []string{"Ada", "Boris", "Chen", "Dilara", "Emre", "Fatima", "Grace", "Hiroshi", "Ines", "Jonas", "Kavya", "Liam", "Mei", "Noor", "Olga", "Pedro", "Quinn", "Rosa", "Sven", "Tariq"}
	lastNames  = []string{"Abel", "Bauer", "Costa", "Demir", "Evans", "Fischer", "Garcia", "Huber", "Ito", "Jansen"}
)

// student is somebody in the class.
type student struct {
	*visitor
	name  string
	id    string // on the board
	tries int    // requests since a task was done, as the board counts them
}

// joining has a class join by the form of its page, spread over a minute. Two boards are open meanwhile, the page and a program.
func (r *classRun) joining(ctx context.Context) ([]figure, error) {
	n := r.many(classSize)
	if err := r.openClass(ctx); err != nil {
		return nil, err
	}
	watching, end := context.WithCancel(ctx)
	defer end()
	if _, err := r.watch(watching); err != nil {
		return nil, err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * n}
	r.students = make([]*student, n)
	took, began := make([]float64, n), time.Now()
	err := each(ctx, n, n, func(i int) error {
		comes := began.Add(joinsOver * time.Duration(i) / time.Duration(n))
		pause(ctx, time.Until(comes))
		r.say("%d of %d have joined", i, n)
		v, err := r.site.visitor(transport)
		if err != nil {
			return err
		}
		r.students[i] = &student{visitor: v, name: fmt.Sprintf("%s %s", firstNames[i%len(firstNames)], lastNames[i/len(firstNames)%len(lastNames)])}
		started := time.Now()
		if err := r.students[i].join(ctx); err != nil {
			return err
		}
		took[i] = milliseconds(time.Since(started))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return []figure{{
		What: fmt.Sprintf("%d join within %.0f s; the page, its form and the page that follows take, at most", n, joinsOver.Seconds()), Goal: 1000, Seen: slices.Max(took), Unit: "ms",
		Notes: fmt.Sprintf("%.0f in the median, %.0f for 99 %%", median(took), percent(took, 99)),
	}}, r.find(ctx)
}

// openClass lets the lecturer in, who opens a class.
func (r *classRun) openClass(ctx context.Context) (err error) {
	if r.lecturer, err = r.site.visitor(&http.Transport{}); err != nil {
		return err
	}
	if _, err := r.lecturer.send(ctx, "/class/passcode", url.Values{"passcode": {classPasscode}}); err != nil {
		return err
	}
	_, err = r.lecturer.call(ctx, "POST", "/api/class/open", `{"name":"Web security, Tuesday"}`)
	return err
}

// join does what a browser does: it asks for the page, which brings the seat, and sends its form.
func (s *student) join(ctx context.Context) error {
	if _, err := s.page(ctx, "/class"); err != nil {
		return err
	}
	_, err := s.send(ctx, "/class/join", url.Values{"name": {s.name}})
	return err
}

// find looks up which person on the board is which student, and what it says of them.
func (r *classRun) find(ctx context.Context) error {
	body, err := r.lecturer.call(ctx, "GET", "/api/class", "")
	if err != nil {
		return err
	}
	var class struct{ People []boardRow }
	if err := json.Unmarshal(body, &class); err != nil {
		return err
	}
	rows := map[string]boardRow{}
	for _, row := range class.People {
		rows[row.Name] = row
	}
	for _, s := range r.students {
		row, there := rows[s.name]
		if !there {
			return fmt.Errorf("%s has joined, and is not among the %d on the board", s.name, len(rows))
		}
		s.id, s.tries = row.ID, 0
		for _, lab := range row.Labs {
			s.tries = lab.Tries
		}
	}
	return nil
}

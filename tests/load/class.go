package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"time"
)

// classPasscode is the lecturer's: the class is measured on a site that others can reach.
const classPasscode = "load comparison"

// classRun is one class on one site.
type classRun struct {
	*bench
	site     *site
	lecturer *visitor
	students []*student
}

// class measures what a class costs and bears: joining, the board while all are at work, its page, and memory.
func (b *bench) class(ctx context.Context) (all []figure, err error) {
	s, err := b.openOn(filepath.Join(b.folder, "class", "two.db"), "serve", "memory",
		"--listen=0.0.0.0:0", "--passcode="+classPasscode, "--rooms="+strconv.Itoa(mostRooms))
	if err != nil {
		return nil, err
	}
	defer s.stop()
	run := &classRun{bench: b, site: s}
	for _, measure := range []func(context.Context) ([]figure, error){run.joining, run.live, run.page, run.memory} {
		figures, err := measure(ctx)
		if err != nil {
			return all, fmt.Errorf("class: %w", err)
		}
		all = append(all, figures...)
	}
	return all, ctx.Err()
}

// page weighs the board and asks for it again and again, when nobody is at work any more.
func (r *classRun) page(ctx context.Context) ([]figure, error) {
	const times = 100
	var page []byte
	took := make([]float64, times)
	before, err := cpu([]int{r.site.pid()})
	if err != nil {
		return nil, err
	}
	for i := range times {
		r.say("the board, %d of %d", i+1, times)
		began := time.Now()
		if page, err = r.lecturer.page(ctx, "/class"); err != nil {
			return nil, err
		}
		took[i] = milliseconds(time.Since(began))
	}
	after, err := cpu([]int{r.site.pid()})
	return []figure{
		{What: fmt.Sprintf("the board’s page with %d rows, compressed", len(r.students)), Goal: 150, Seen: float64(len(page)) / 1000, Unit: "KB",
			Notes: fmt.Sprintf("%d of them in a lab", len(r.students)/2)},
		{What: "the same page takes, in the median", Goal: 20, Seen: median(took), Unit: "ms",
			Notes: fmt.Sprintf("%d one after the other, %.1f for 99 %%; of the processor %.1f each", times, percent(took, 99), milliseconds(after-before)/times)},
	}, err
}

// memory is what the front holds after all that.
func (r *classRun) memory(ctx context.Context) ([]figure, error) {
	r.say("memory")
	pause(ctx, settling)
	front, err := proportional([]int{r.site.pid()})
	return []figure{{What: "the front holds afterwards", Goal: 300, Seen: front / 1e6, Unit: "MB"}}, err
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"
)

const (
	classSize  = 200
	beginsLab  = "/api/labs/restart/begin"
	showsLab   = "/api/labs/restart"
	beginsOver = 5 * time.Second // from the first of a class to the last
)

// roomsBegin has a class begin a lab, one after the other within a few seconds, each of whom then looks whether it has.
func (b *bench) roomsBegin(ctx context.Context, s *site) ([]figure, error) {
	n := b.many(classSize)
	class, err := s.visitors(ctx, n)
	if err != nil {
		return nil, err
	}
	b.say("%d begin a lab", n)
	took, began := make([]float64, n), time.Now()
	err = each(ctx, n, n, func(i int) error {
		comes := began.Add(beginsOver * time.Duration(i) / time.Duration(n))
		pause(ctx, time.Until(comes))
		if _, err := class[i].call(ctx, "POST", beginsLab, ""); err != nil {
			return err
		}
		if err := class[i].hasBegun(ctx); err != nil {
			return err
		}
		took[i] = time.Since(comes).Seconds()
		return nil
	})
	last := time.Since(began).Seconds()
	return []figure{{What: fmt.Sprintf("%d begin the lab “restart” within %v, until the last has seen it begun", n, beginsOver), Goal: 10, Seen: last, Unit: "s",
		Notes: fmt.Sprintf("one waits for %.2f s in the median", median(took))}}, err
}

func (v *visitor) hasBegun(ctx context.Context) error {
	body, err := v.call(ctx, "GET", showsLab, "")
	if err != nil {
		return err
	}
	var lab struct {
		Progress *struct{ Begun time.Time }
	}
	if err := json.Unmarshal(body, &lab); err != nil {
		return err
	}
	if lab.Progress == nil || lab.Progress.Begun.IsZero() {
		return fmt.Errorf("after its begin GET %s: %s", showsLab, body)
	}
	return nil
}

// roomsLogins has a class behind one address log in at the same moment.
func (b *bench) roomsLogins(ctx context.Context, s *site) ([]figure, error) {
	n := b.many(classSize)
	class, err := s.visitors(ctx, n)
	if err != nil {
		return nil, err
	}
	b.say("%d log in", n)
	var in atomic.Int64
	began := time.Now()
	err = each(ctx, n, n, func(i int) error {
		if _, err := class[i].call(ctx, "POST", "/api/session/login", ada); err != nil {
			b.say("%v\n", err)
			return nil
		}
		in.Add(1)
		return nil
	})
	return []figure{
		{What: fmt.Sprintf("%d log in at once, of one address, until the last has its answer", n), Goal: 15, Seen: time.Since(began).Seconds(), Unit: "s"},
		{What: "of these are in, and none was refused", Goal: float64(n), Seen: float64(in.Load()), Exact: true},
	}, err
}

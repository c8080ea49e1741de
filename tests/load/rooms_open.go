package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	opensOwn   = "/api/rooms"              // a room with one server
	opensThree = "/api/labs/servers/begin" // its lab takes three
	endsRoom   = "/api/rooms/mine"
)

// roomsOpen has one visitor open and leave a room again and again, by turns with one server and with three.
func (b *bench) roomsOpen(ctx context.Context, s *site) ([]figure, error) {
	some, err := s.visitors(ctx, 1)
	if err != nil {
		return nil, err
	}
	first, err := opening(ctx, some[0], opensOwn)
	if err != nil {
		return nil, err
	}
	times := b.many(50)
	one, three := make([]float64, times), make([]float64, times)
	for i := range times {
		b.say("opening %d of %d", i+1, times)
		if one[i], err = opening(ctx, some[0], opensOwn); err != nil {
			return nil, err
		}
		if three[i], err = opening(ctx, some[0], opensThree); err != nil {
			return nil, err
		}
	}
	return []figure{
		opened("a room with one server opens", 25, one, fmt.Sprintf(", the first of all %.0f", first)),
		opened("a room with three servers opens", 50, three, ""),
	}, nil
}

func opened(what string, goal float64, took []float64, more string) figure {
	return figure{What: what, Goal: goal, Unit: "ms", Seen: median(took),
		Notes: fmt.Sprintf("median of %d, %.1f to %.1f%s", len(took), slices.Min(took), slices.Max(took), more)}
}

// opening is how long the front takes to open a room, in milliseconds. The visitor leaves it again.
func opening(ctx context.Context, v *visitor, opens string) (float64, error) {
	began := time.Now()
	if _, err := v.call(ctx, "POST", opens, ""); err != nil {
		return 0, err
	}
	took := milliseconds(time.Since(began))
	_, err := v.call(ctx, "DELETE", endsRoom, "")
	return took, err
}

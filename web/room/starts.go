package room

import "context"

// Starts bounds how many servers start at the same time, in all rooms that share it. A start keeps a
// processor busy, so each of many at once would take as long as all together, and none would be ready in
// time. Nil bounds nothing.
type Starts chan struct{}

// NewStarts lets so many start at once.
func NewStarts(n int) Starts { return make(Starts, n) }

// take waits until a server may start, and reports whether it may: not when ctx ends or unwanted is closed
// before. Each take that succeeds is followed by a give.
func (s Starts) take(ctx context.Context, unwanted <-chan struct{}) bool {
	if s == nil {
		return true
	}
	select {
	case s <- struct{}{}:
		return true
	case <-unwanted:
		return false
	case <-ctx.Done():
		return false
	}
}

func (s Starts) give() {
	if s != nil {
		<-s
	}
}

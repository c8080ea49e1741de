package trace

// row is traces from the oldest to the newest. Each is in one, with all others of its
// seat: the oldest of a row is the oldest of its seat.
type row struct {
	oldest, newest *kept
	count, bytes   int
}

type kept struct {
	trace        *Trace
	bytes        int
	seat         *seat
	older, newer *kept
}

func (r *row) append(k *kept) {
	if k.older, k.newer = r.newest, nil; k.older == nil {
		r.oldest = k
	} else {
		k.older.newer = k
	}
	r.newest = k
	r.count++
	r.bytes += k.bytes
}

func (r *row) remove(k *kept) {
	if k.older == nil {
		r.oldest = k.newer
	} else {
		k.older.newer = k.newer
	}
	if k.newer == nil {
		r.newest = k.older
	} else {
		k.newer.older = k.older
	}
	r.count--
	r.bytes -= k.bytes
}

// sizes knows at any moment which seat holds most. It lists seats by how many steps of
// 2 KiB they hold, about one for each trace. A seat that holds nothing is in no list.
type sizes struct {
	levels [maxLevel + 1]*seat // whoever came there last
	top    int                 // none is above it
}

const (
	levelShift = 11
	maxLevel   = 4_095 // whoever holds more stands there as well
)

// put notes how much a seat holds now.
func (z *sizes) put(s *seat) {
	level := min(s.bytes>>levelShift, maxLevel)
	if level == s.level {
		return
	}
	z.take(s)
	if s.level = level; level == 0 {
		return
	}
	if s.next = z.levels[level]; s.next != nil {
		s.next.previous = s
	}
	z.levels[level] = s
	z.top = max(z.top, level)
}

func (z *sizes) take(s *seat) {
	if s.level == 0 {
		return
	}
	if s.previous == nil {
		z.levels[s.level] = s.next
	} else {
		s.previous.next = s.next
	}
	if s.next != nil {
		s.next.previous = s.previous
	}
	s.level, s.previous, s.next = 0, nil, nil
}

// largest returns the seat that holds most; there has to be one.
func (z *sizes) largest() *seat {
	for z.levels[z.top] == nil {
		z.top--
	}
	return z.levels[z.top]
}

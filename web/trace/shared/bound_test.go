package shared

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"twodoors/data"
)

// sized are seats of which each has so many traces; the first came last.
func sized(counts ...int) (sizes []data.SeatTraces) {
	now := time.Now().UnixMicro()
	for i, n := range counts {
		sizes = append(sizes, data.SeatTraces{Seat: fmt.Sprint(i), Count: n, Newest: now - int64(i)})
	}
	return sizes
}

func TestExcess(t *testing.T) {
	t.Parallel()
	old := sized(30, 30)
	old[1].Newest -= Lifetime.Microseconds() + 10
	for what, c := range map[string]struct {
		sizes []data.SeatTraces
		most  int
		keep  map[string]int
	}{
		"nothing":                                {nil, 100, map[string]int{}},
		"there is room":                          {sized(30, 5, 40), 100, map[string]int{}},
		"one is above what a seat may have":      {sized(MaxTracesPerSeat + 1), MaxTraces, map[string]int{"0": MaxTracesPerSeat}},
		"the larger ones give up the same":       {sized(10, 90, 50, 20), 100, map[string]int{"1": 22, "2": 22}},
		"a flood of seats takes a quarter":       {sized(9, 9, 9, 9, 60), 100, map[string]int{"1": 0, "2": 0, "3": 0}},
		"what is old goes, though all have room": {old, 100, map[string]int{"1": 0}},
	} {
		if got := excess(c.sizes, time.Now().UnixMicro(), c.most); !maps.Equal(got, c.keep) {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// Whatever there is, all together keep no more than there is room for.
func TestExcessLeavesNoMoreThanThereIsRoomFor(t *testing.T) {
	t.Parallel()
	for most := range 200 {
		for _, counts := range [][]int{{500, 400, 3, 9, 10}, {9, 9, 9, 9, 9, 9}, {10, 10, 10, 10}, {1}} {
			sizes, left := sized(counts...), 0
			keep := excess(sizes, time.Now().UnixMicro(), most)
			for _, s := range sizes {
				if n, less := keep[s.Seat]; less {
					s.Count = n
				}
				left += s.Count
			}
			if left > most {
				t.Errorf("of %v %d stay, and there is room for %d", counts, left, most)
			}
		}
	}
}

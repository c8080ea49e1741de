package shared

import (
	"cmp"
	"slices"

	"twodoors/data"
)

// regularAfter is how many traces make a seat a regular one. Seats are free to make: the others together hold a quarter
// of what there is room for, at most.
const regularAfter = 10

// seatWeight is what a seat alone takes, in traces: a stream in Redis is 4 KiB before anything is in it.
const seatWeight = 4

// excess says which seats have to forget traces, and how many each may keep, so that all together hold no more than
// most. What has not changed for a lifetime goes first, then the seats that are not regular and came longest ago, and
// then those that hold most give up what they have more than others. Now is a number that would be given now.
func excess(sizes []data.SeatTraces, now int64, most int) map[string]int {
	keep := map[string]int{}
	var passing, regular []data.SeatTraces
	for _, s := range sizes {
		switch {
		case s.Newest < now-Lifetime.Microseconds():
			keep[s.Seat] = 0
		case s.Count < regularAfter:
			passing = append(passing, s)
		default:
			regular = append(regular, s)
		}
	}
	slices.SortFunc(passing, func(a, b data.SeatTraces) int { return cmp.Compare(b.Newest, a.Newest) })
	room := most / 4
	for _, s := range passing {
		if room -= s.Count + seatWeight; room < 0 {
			keep[s.Seat] = 0
		}
	}
	level := min(fair(regular, most-most/4), MaxTracesPerSeat)
	for _, s := range regular {
		if s.Count > level {
			keep[s.Seat] = level
		}
	}
	return keep
}

// fair is how many traces each seat may hold at most, so that together they have room.
func fair(sizes []data.SeatTraces, room int) (level int) {
	slices.SortFunc(sizes, func(a, b data.SeatTraces) int { return cmp.Compare(a.Count, b.Count) })
	for i, s := range sizes {
		if share := room / (len(sizes) - i); s.Count > share {
			return share
		}
		room -= s.Count
	}
	return MaxTracesPerSeat
}

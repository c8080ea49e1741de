package layout

import "time"

// TimeForm is how much of a moment is written.
type TimeForm string

// The forms of a moment.
const (
	TimeOnly  TimeForm = "time"  // 21:46:18, where the zone is named nearby
	TimeZone  TimeForm = "zone"  // 21:46:18 CET
	TimeExact TimeForm = "exact" // 21:46:18.123 CET
	TimeDay   TimeForm = "day"   // 27 Nov 2026, 21:46 CET
)

var timeLayouts = map[TimeForm]string{
	TimeOnly: "15:04:05", TimeZone: "15:04:05 MST", TimeExact: "15:04:05.000 MST", TimeDay: "2 Jan 2006, 15:04 MST",
}

func (f TimeForm) write(t time.Time) string { return t.UTC().Format(timeLayouts[f]) }

package jwtinspect

import (
	"time"

	"twodoors/web/trace/tell"
)

// Moment is one time of a token, in words.
type Moment struct {
	Claim, Meaning string
	Seconds        int64
	Words          string // the date, and how far it is from now
}

// Moments are the times that a token has.
func (t Times) Moments() []Moment {
	var all []Moment
	for _, m := range []struct {
		claim, meaning string
		at             *int64
	}{{"iat", "issued", t.IssuedAt}, {"nbf", "valid from", t.NotBefore}, {"exp", "expires", t.Expires}} {
		if m.at != nil {
			all = append(all, Moment{m.claim, m.meaning, *m.at, date(*m.at, t.Now)})
		}
	}
	return all
}

func date(at, now int64) string {
	text := time.Unix(at, 0).UTC().Format("2 January 2006 15:04:05") + " UTC, "
	switch distance := at - now; {
	case distance == 0:
		return text + "now"
	case distance > 0:
		return text + "in " + distant(distance)
	default:
		return text + distant(-distance) + " ago"
	}
}

// distant is tell.Span for spans that no time.Duration holds.
func distant(seconds int64) string {
	const year = 31556952
	if seconds < year {
		return tell.Span(time.Duration(seconds) * time.Second)
	}
	if days := seconds % year / 86400; days > 0 {
		return tell.Count(seconds/year, "year") + " " + tell.Count(days, "day")
	}
	return tell.Count(seconds/year, "year")
}

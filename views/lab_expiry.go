package views

import (
	"fmt"
	"math"
	"time"
)

// lifespan is what a lifetime of access tokens costs and gives.
type lifespan struct {
	lives     time.Duration
	refreshes int // in eight hours, by a page that is open all the time
}

// lifespans computes a few. The page refreshes a fifth of the life before its end, at
// least a second and a half and at most half a minute before (static/token-client.js).
func lifespans() (all []lifespan) {
	const day = 8 * time.Hour
	for _, lives := range []time.Duration{6 * time.Second, 5 * time.Minute, time.Hour, 24 * time.Hour} {
		ahead := max(1500*time.Millisecond, min(30*time.Second, lives/5))
		all = append(all, lifespan{lives, int(math.Floor(float64(day) / float64(lives-ahead)))})
	}
	return all
}

func (l lifespan) inWords() string {
	switch {
	case l.lives < time.Minute:
		return fmt.Sprintf("%d seconds", int(l.lives.Seconds()))
	case l.lives < time.Hour:
		return fmt.Sprintf("%d minutes", int(l.lives.Minutes()))
	case l.lives == time.Hour:
		return "1 hour"
	}
	return fmt.Sprintf("%d hours", int(l.lives.Hours()))
}

func (l lifespan) each() string { return fmt.Sprint(l.refreshes) }

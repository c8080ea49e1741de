package expiry

import (
	"fmt"
	"math"
	"time"
)

// Lifespan is what a lifetime of access tokens costs and buys.
type Lifespan struct {
	Lives     time.Duration
	Refreshes int // in eight hours, by a page that is open all the time
}

// Lifespans computes a few. The page refreshes when a fifth of the lifetime is left, at least a second and a half and
// at most half a minute ahead (static/token-client.js).
func Lifespans() (all []Lifespan) {
	const day = 8 * time.Hour
	for _, lives := range []time.Duration{6 * time.Second, 5 * time.Minute, time.Hour, 24 * time.Hour} {
		ahead := max(1500*time.Millisecond, min(30*time.Second, lives/5))
		all = append(all, Lifespan{lives, int(math.Floor(float64(day) / float64(lives-ahead)))})
	}
	return all
}

// InWords is the lifetime for people.
func (l Lifespan) InWords() string {
	switch {
	case l.Lives < time.Minute:
		return fmt.Sprintf("%d seconds", int(l.Lives.Seconds()))
	case l.Lives < time.Hour:
		return fmt.Sprintf("%d minutes", int(l.Lives.Minutes()))
	case l.Lives == time.Hour:
		return "1 hour"
	}
	return fmt.Sprintf("%d hours", int(l.Lives.Hours()))
}

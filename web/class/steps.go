package class

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"twodoors/web/httpio"
	"twodoors/web/lab"
)

// Steps are what the lecturer has released, and how the class goes on together.
type Steps struct {
	OpenTo      int       `json:"open_to"`                // labs that can be begun, from the first; 0 is all
	Until       time.Time `json:"until,omitzero"`         // when the time for what is done now ends
	Paused      bool      `json:"paused"`                 // nobody in the class changes anything
	HoldAnswers bool      `json:"hold_answers"`           // the last hint of each task is held back
	StuckAfter  int       `json:"stuck_after,omitzero"`   // minutes without a task done, 0 is the default
	ActiveFor   int       `json:"active_within,omitzero"` // minutes since the last request or hint, 0 is the default
}

// Who is stuck, when the lecturer says nothing else: no task was done for so long, though something was tried lately.
const (
	stuckAfter   = 5 * time.Minute
	activeWithin = 3 * time.Minute
	maxMinutes   = 24 * 60
)

// Stuck is for how long nobody ticked a task who counts as stuck.
func (s Steps) Stuck() time.Duration { return minutesOr(s.StuckAfter, stuckAfter) }

// Active is how long ago somebody tried something who counts as stuck, and not as away.
func (s Steps) Active() time.Duration { return minutesOr(s.ActiveFor, activeWithin) }

func minutesOr(n int, otherwise time.Duration) time.Duration {
	if n == 0 {
		return otherwise
	}
	return time.Duration(n) * time.Minute
}

// StepsChange is what the lecturer changes of the steps: what is nil stays.
type StepsChange struct {
	OpenTo      *int  `json:"open_to"`
	Minutes     *int  `json:"minutes"` // from now on; 0 stops the clock
	Paused      *bool `json:"paused"`
	HoldAnswers *bool `json:"hold_answers"`
	StuckAfter  *int  `json:"stuck_after"`
	ActiveFor   *int  `json:"active_within"`
}

// SetSteps changes the steps of the open class, and tells everybody in it.
func (c *Classes) SetSteps(ctx context.Context, change StepsChange) error {
	if err := c.checkSteps(change); err != nil {
		return err
	}
	err := c.change(ctx, func(next *Class) error {
		set(&next.Steps.OpenTo, change.OpenTo)
		set(&next.Steps.Paused, change.Paused)
		set(&next.Steps.HoldAnswers, change.HoldAnswers)
		set(&next.Steps.StuckAfter, change.StuckAfter)
		set(&next.Steps.ActiveFor, change.ActiveFor)
		if change.Minutes != nil {
			next.Steps.Until = time.Time{}
			if *change.Minutes > 0 {
				next.Steps.Until = c.Now().UTC().Round(0).Add(time.Duration(*change.Minutes) * time.Minute)
			}
		}
		return nil
	})
	if err == nil {
		c.announce(Announcement{Kind: StepsChanged})
	}
	return err
}

func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

func (c *Classes) checkSteps(change StepsChange) error {
	labs := len(c.Labs.All)
	if change.OpenTo != nil && (*change.OpenTo < 0 || *change.OpenTo > labs) {
		return &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: fmt.Sprintf("open_to must be from 0 (all labs) to %d.", labs)}
	}
	for _, minutes := range []*int{change.Minutes, change.StuckAfter, change.ActiveFor} {
		if minutes != nil && (*minutes < 0 || *minutes > maxMinutes) {
			return &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: fmt.Sprintf("Minutes must be from 0 to %d.", maxMinutes)}
		}
	}
	return nil
}

// MayBegin is nil when a seat may begin a lab: its class has come so far, or it is in no class.
func (c *Classes) MayBegin(seat string, l *lab.Lab) error {
	now := c.Current()
	if now.Of(seat) == nil || now.Steps.OpenTo == 0 || slices.Index(c.Labs.All, l) < now.Steps.OpenTo {
		return nil
	}
	return &httpio.Fault{Status: http.StatusConflict, Detail: "Your lecturer has not opened this lab yet. Go on with an earlier one."}
}

// HoldsBack reports whether a seat is not shown the last hint of a task.
func (c *Classes) HoldsBack(seat string) bool {
	now := c.Current()
	return now.Of(seat) != nil && now.Steps.HoldAnswers
}

// MayChange is nil when a seat may change something: it is not in a class that the lecturer has paused.
func (c *Classes) MayChange(seat string) error {
	now := c.Current()
	if now.Of(seat) == nil || !now.Steps.Paused {
		return nil
	}
	return &httpio.Fault{Status: http.StatusConflict, Detail: "Your lecturer has paused the class. Wait until it goes on."}
}

package expiry

import (
	"time"

	"twodoors/web/lab"
	"twodoors/web/trace"
)

// refreshed holds for a client's refreshes, "" for the visitor's.
func refreshed(client string) lab.Is {
	return lab.All(lab.To("POST", "/api/token/refresh"), lab.By(client))
}

// because holds when a step refused for a reason.
func because(why trace.Why) lab.Is { return func(s lab.Seen) bool { return s.Why == why } }

// near holds for what happened within two seconds of another request.
func near(other lab.Seen) lab.Is {
	return func(s lab.Seen) bool { return s.At.Sub(other.At).Abs() < 2*time.Second }
}

// graceIs holds while a refresh may be repeated for so long.
func graceIs(grace time.Duration) lab.Is {
	return lab.When(func(c lab.Circumstances) bool {
		set, err := time.ParseDuration(c.RefreshGrace)
		return err == nil && set == grace
	})
}

package roles

import (
	"twodoors/web/lab"
	"twodoors/web/trace"
)

// forAdmins holds for calls of a door's page for administrators.
func forAdmins(door string) lab.Is { return lab.To("GET", "/api/"+door+"/admin") }

var (
	noRole      = lab.RefusedAt(trace.RoleCheck)
	refreshed   = lab.All(lab.To("POST", "/api/token/refresh"), lab.Allowed)
	roleChanged = lab.All(lab.To("POST", "/api/account/role"), lab.Allowed)
)

// asSelf holds for who was let in and is not the one who appoints.
func asSelf(s lab.Seen) bool { return lab.Allowed(s) && s.User != "grace" }

// appointed is passed when a role was given, and the session door knew it before
// the token was refreshed, the token door after.
var appointed = lab.Both(
	lab.InTurn(roleChanged, lab.All(forAdmins("session"), asSelf)),
	lab.InTurn(roleChanged, lab.All(forAdmins("token"), noRole), refreshed, lab.All(forAdmins("token"), asSelf)))

// dismissed is passed when a role was taken away, and a token from before was let
// in afterwards.
func dismissed(h lab.History) []lab.Seen {
	for _, change := range h.Every(roleChanged) {
		if _, was := h.Before(change).First(forAdmins("session"), asSelf); !was {
			continue
		}
		later := h.After(change)
		refused, known := later.First(forAdmins("session"), noRole)
		still, let := later.First(lab.Any(refreshed, lab.LoggedIn("token"), lab.All(forAdmins("token"), asSelf)))
		tried, kept := later.First(lab.RefusedAt(trace.RoleChange))
		if known && let && kept && forAdmins("token")(still) {
			return []lab.Seen{change, refused, still, tried}
		}
	}
	return nil
}

// refreshedAfterwards is passed when a token was refreshed after the role was taken away, and says so.
func refreshedAfterwards(h lab.History) []lab.Seen {
	before := dismissed(h)
	if before == nil {
		return nil
	}
	return lab.InTurn(refreshed, lab.All(forAdmins("token"), noRole))(h.After(before[2]))
}

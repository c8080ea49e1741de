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

// asSelf holds for calls that were allowed as the visitor, not as grace.
func asSelf(s lab.Seen) bool { return lab.Allowed(s) && s.User != "grace" }

// promoted is passed when a role was given, and the session door knew it at once, the token door after a refresh.
var promoted = lab.Both(
	lab.InTurn(roleChanged, lab.All(forAdmins("session"), asSelf)),
	lab.InTurn(roleChanged, lab.All(forAdmins("token"), noRole), refreshed, lab.All(forAdmins("token"), asSelf)))

// demoted is passed when a role was taken away, and a token from before was still allowed.
func demoted(h lab.History) []lab.Seen {
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
	before := demoted(h)
	if before == nil {
		return nil
	}
	return lab.InTurn(refreshed, lab.All(forAdmins("token"), noRole))(h.After(before[2]))
}

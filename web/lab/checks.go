package lab

import "twodoors/web/trace"

// Is says something about a request.
type Is func(Seen) bool

// All holds when everything does.
func All(what ...Is) Is {
	return func(s Seen) bool {
		for _, is := range what {
			if !is(s) {
				return false
			}
		}
		return true
	}
}

// Any holds when something does.
func Any(what ...Is) Is {
	return func(s Seen) bool {
		for _, is := range what {
			if is(s) {
				return true
			}
		}
		return false
	}
}

// Not holds when something does not.
func Not(is Is) Is { return func(s Seen) bool { return !is(s) } }

// To holds for requests with a method to a path.
func To(method, path string) Is {
	return func(s Seen) bool { return s.Method == method && s.Path == path }
}

// LoggedIn holds for a login at a door that was let in.
func LoggedIn(door string) Is { return All(To("POST", "/api/"+door+"/login"), Allowed) }

// Called holds for calls of a door's protected page through the API.
func Called(door string) Is { return To("GET", "/api/"+door+"/me") }

// Allowed holds for a request that was let in.
func Allowed(s Seen) bool { return s.Outcome == trace.Allowed }

// RefusedAt holds for a request that a step refused.
func RefusedAt(step trace.Name) Is {
	return func(s Seen) bool { return s.Outcome != trace.Allowed && s.Reason == step }
}

// Failed holds for a request that could not be answered: 5xx.
func Failed(s Seen) bool { return s.Outcome == trace.Failed }

// By holds for what a client of the labs sent, "" for the visitor.
func By(client string) Is { return func(s Seen) bool { return s.Client == client } }

// AnsweredBy holds for what a server answered.
func AnsweredBy(server int) Is { return func(s Seen) bool { return s.Server == server } }

// AfterRestart holds for what the server that had answered a request answered when it had been started again.
func AfterRestart(of Seen) Is {
	return func(s Seen) bool { return s.Server == of.Server && s.Start > of.Start }
}

// With holds for requests that carry the same credential as another. A token without a signature has an empty one.
func With(other Seen) Is { return func(s Seen) bool { return s.Credential == other.Credential } }

// When holds for requests under certain settings.
func When(so func(Circumstances) bool) Is { return func(s Seen) bool { return so(s.Settings) } }

// StoreIs holds while sessions are kept in a store.
func StoreIs(store string) Is { return When(func(c Circumstances) bool { return c.Store == store }) }

// AlgIs holds while tokens are signed by an algorithm.
func AlgIs(alg string) Is { return When(func(c Circumstances) bool { return c.Alg == alg }) }

// RevocationIs holds while revocation is on or off.
func RevocationIs(setting string) Is {
	return When(func(c Circumstances) bool { return c.Revocation == setting })
}

// Each returns a check that is passed when each of several things happened, in
// whatever order.
func Each(things ...Is) Check {
	return func(h History) (found []Seen) {
		for _, thing := range things {
			s, ok := h.First(thing)
			if !ok {
				return nil
			}
			found = append(found, s)
		}
		return found
	}
}

// InTurn returns a check that is passed when several things happened one after
// the other; anything may lie between.
func InTurn(things ...Is) Check {
	return func(h History) (found []Seen) {
		for _, thing := range things {
			s, ok := h.First(thing)
			if !ok {
				return nil
			}
			found, h = append(found, s), h.After(s)
		}
		return found
	}
}

// Both returns a check that is passed when all of several are.
func Both(checks ...Check) Check {
	return func(h History) (found []Seen) {
		for _, check := range checks {
			seen := check(h)
			if seen == nil {
				return nil
			}
			found = append(found, seen...)
		}
		return found
	}
}

// TokenAnywhere returns a check that is passed when so many calls with the same token were let in, and not
// all by one server.
func TokenAnywhere(calls int) Check {
	return func(h History) []Seen {
		for _, one := range h.Every(Called("token"), Allowed) {
			same := h.Every(Called("token"), Allowed, With(one))
			if len(same) >= calls && same.SeveralServers() {
				return same[:calls]
			}
		}
		return nil
	}
}

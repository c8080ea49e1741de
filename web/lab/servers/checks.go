package servers

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

var (
	meAllowed  = lab.All(lab.Called("session"), lab.Allowed)
	meUnknown  = lab.All(lab.Called("session"), lab.RefusedAt(trace.SessionFind))
	loggedOut  = lab.All(lab.To("POST", "/api/session/logout"), lab.Allowed)
	inMemory   = lab.StoreIs(settings.StoreMemory)
	roundRobin = lab.When(func(c lab.Circumstances) bool { return c.Balance == settings.BalanceRoundRobin })
	sticky     = lab.When(func(c lab.Circumstances) bool { return c.Balance == settings.BalanceSticky })
)

// byTurns is passed when one server allowed a session and another refused it.
func byTurns(h lab.History) []lab.Seen {
	for _, let := range h.Every(meAllowed, inMemory, roundRobin) {
		if refused, ok := h.First(meUnknown, inMemory, lab.With(let), lab.Not(lab.AnsweredBy(let.Server))); ok {
			return []lab.Seen{let, refused}
		}
	}
	return nil
}

// stayed is passed when the server of a login answered the next three calls.
func stayed(h lab.History) []lab.Seen {
	for _, login := range h.Every(lab.LoggedIn("session"), sticky, inMemory) {
		calls := h.After(login).Every(lab.Called("session"))
		if len(calls) >= 3 && len(calls[:3].Every(lab.Allowed, sticky, lab.AnsweredBy(login.Server))) == 3 {
			return append([]lab.Seen{login}, calls[:3]...)
		}
	}
	return nil
}

// diedAndCameBack is passed when the server that took over refused a session, and later all servers did, including
// the one that had created it and was restarted in between.
func diedAndCameBack(h lab.History) []lab.Seen {
	for _, before := range h.Every(meAllowed, inMemory) {
		tookOver := lab.InTurn(
			lab.All(meUnknown, lab.With(before), lab.Not(lab.AnsweredBy(before.Server))),
			lab.All(lab.LoggedIn("session"), lab.Not(lab.AnsweredBy(before.Server))))(h.After(before))
		if tookOver == nil {
			continue
		}
		asked := h.After(tookOver[1]).Every(meUnknown, lab.With(before))
		_, cameBack := asked.First(lab.AfterRestart(before))
		if cameBack && len(asked) >= 3 {
			return append(append([]lab.Seen{before}, tookOver...), asked...)
		}
	}
	return nil
}

// remembered is passed when one server logged the visitor out, and another allowed one of three later calls.
func remembered(h lab.History) []lab.Seen {
	for _, out := range h.Every(loggedOut, inMemory) {
		asked := h.After(out).Every(lab.Called("session"), lab.With(out))
		if _, let := asked.First(lab.Allowed, lab.Not(lab.AnsweredBy(out.Server))); let && len(asked) >= 3 {
			return append([]lab.Seen{out}, asked...)
		}
	}
	return nil
}

// letInElsewhere tells whether another server let the visitor in after one had logged them out.
func letInElsewhere(h lab.History) (so, known bool) {
	out, known := h.First(loggedOut)
	if !known {
		return false, false
	}
	_, so = h.After(out).First(meAllowed, lab.With(out), lab.Not(lab.AnsweredBy(out.Server)))
	return so, true
}

// shared is passed when several servers allowed a session, and several refused it after the logout.
func shared(h lab.History) []lab.Seen {
	for _, out := range h.Every(loggedOut, lab.Not(inMemory)) {
		let := h.Before(out).Every(meAllowed, lab.With(out))
		refused := h.After(out).Every(meUnknown, lab.With(out))
		if let.SeveralServers() && refused.SeveralServers() && len(refused) >= 3 {
			return append(append(let, out), refused...)
		}
	}
	return nil
}

// Calls are the requests to either door that a server answered, for the lab's page.
func Calls(p *lab.Progress) []lab.TaskDeeds {
	return p.DeedsByTask(func(s lab.Seen) bool { return s.Server > 0 })
}

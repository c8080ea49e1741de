package serverroom

import (
	"slices"

	"twodoors/views/servers"
	"twodoors/web/front/reply"
	"twodoors/web/room"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// events are what happened to the servers and what this seat asked of them,
// newest first.
func events(in *room.Room, mine []*trace.Trace, me string) (events []servers.Event) {
	for _, e := range in.Journal() {
		events = append(events, servers.Event{At: e.At, Kind: string(e.Kind), Text: e.Text, By: reply.Actor(e.By, me)})
	}
	for _, t := range mine {
		events = append(events, request(t))
	}
	slices.SortStableFunc(events, func(a, b servers.Event) int { return b.At.Compare(a.At) })
	return events[:min(len(events), 2*shownTraces)]
}

// request is the line of the log about a request.
func request(t *trace.Trace) servers.Event {
	return servers.Event{
		At: t.At, Kind: "request", Text: tell.Verdict(t), Door: t.Door, TraceID: t.ID, Outcome: t.Outcome,
		Server: reached(t), Store: storeAsked(t),
	}
}

// reached is the number of the server that a request reached, 0 when none.
func reached(t *trace.Trace) int {
	if t.Reason == trace.FrontUnavailable {
		return 0
	}
	return t.Server
}

// storeAsked is the store outside the servers that a request was looked up in: where
// its session is, or else the database.
func storeAsked(t *trace.Trace) (store string) {
	for _, step := range t.Steps {
		switch {
		case step.Name.Actor() != trace.Store || step.Where == trace.MemoryOf(t.Server):
		case step.Where == "Redis":
			return "redis"
		default:
			store = "store"
		}
	}
	return store
}

package room

import (
	"fmt"
	"testing"

	"twodoors/web/settings"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

func numbered(states ...State) (all, ready []*Server) {
	for i, state := range states {
		s := &Server{Number: i + 1, state: state}
		all = append(all, s)
		if state == Ready {
			ready = append(ready, s)
		}
	}
	return all, ready
}

// A browser goes where its cookie says while that server is ready, and else is moved,
// which the trace says with the reason.
func TestStickyPicksAndMoves(t *testing.T) {
	t.Parallel()
	policy := newBalancer(settings.BalanceSticky)
	for _, test := range []struct {
		remembered int
		states     []State
		why        string
		remember   Remember
	}{
		{2, []State{Ready, Ready}, "server 2, by its sticky cookie", Never},
		{1, []State{Ready}, "server 1, the only one running", Never},
		{0, []State{Ready}, "server 1, the only one running", WithState},
		{1, []State{Away, Ready}, "server 1 is down; moved to server 2", Always},
		{1, []State{Starting, Ready}, "server 1 is down; moved to server 2", Always},
		{1, []State{Stopped, Ready}, "server 1 is stopped; moved to server 2", Always},
		{1, []State{Hung, Ready}, "server 1 does not answer; moved to server 2", Always},
		{3, []State{Away, Ready}, "server 3 is gone; moved to server 2", Always},
		{2, []State{Ready}, "server 2 is gone; moved to server 1", Always},
		{-1, []State{Away, Ready}, "server 2, the only one running", Always},
		{10, []State{Away, Ready}, "server 2, the only one running", Always},
		{0, []State{Away, Ready}, "server 2, the only one running", Always},
	} {
		all, ready := numbered(test.states...)
		if got := policy.pick(Client{"seat", test.remembered}, all, ready); whyPicked(got) != test.why || got.Remember != test.remember {
			t.Errorf("remembers %d, %v: %q, remember %d", test.remembered, test.states, whyPicked(got), got.Remember)
		}
	}
}

// Requests that a browser sends at once go to one server, whether it is new or is moved,
// so that no answer names another server than the one before; browsers spread over all;
// and a server that comes or goes moves nobody else.
func TestRequestsOfOneSeatStayTogether(t *testing.T) {
	t.Parallel()
	policy := newBalancer(settings.BalanceSticky)
	all, ready := numbered(Ready, Ready, Ready)
	counts := map[int]int{}
	for i := range 300 {
		seat := fmt.Sprint("seat", i)
		first := policy.pick(Client{Seat: seat}, all, ready).Server
		counts[first.Number]++
		if again := policy.pick(Client{Seat: seat}, all, ready).Server; again != first {
			t.Errorf("%s: %d, then %d", seat, first.Number, again.Number)
		}
		moved := policy.pick(Client{seat, 4}, all, ready).Server
		if moved != first {
			t.Errorf("%s: %d, moved to %d", seat, first.Number, moved.Number)
		}
		if fewer := policy.pick(Client{Seat: seat}, all, ready[:2]).Server; first.Number < 3 && fewer != first {
			t.Errorf("%s: %d, then %d when server 3 goes", seat, first.Number, fewer.Number)
		}
	}
	for number := 1; number <= 3; number++ {
		if counts[number] < 50 {
			t.Errorf("server %d got %d of 300 seats", number, counts[number])
		}
	}
}

// Who brings no seat, and everybody with round robin, goes to each server in turn.
func TestTurns(t *testing.T) {
	t.Parallel()
	all, ready := numbered(Ready, Ready, Ready)
	for balance, c := range map[string]Client{settings.BalanceSticky: {}, settings.BalanceRoundRobin: {"seat", 2}} {
		policy, counts := newBalancer(balance), map[int]int{}
		for range 30 {
			picked := policy.pick(c, all, ready)
			counts[picked.Server.Number]++
			if balance == settings.BalanceRoundRobin && picked.Remember != Never {
				t.Errorf("%s: server %d is to be remembered", balance, picked.Server.Number)
			}
		}
		if counts[1] != 10 || counts[2] != 10 || counts[3] != 10 {
			t.Errorf("%s: %v", balance, counts)
		}
	}
}

// What is told when no server is ready names how it can end.
func TestWhyNoServerIsReady(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		states []State
		why    string
		how    State
	}{
		{[]State{Starting}, "server 1 is down", Away},
		{[]State{Stopped}, "server 1 is stopped", Stopped},
		{[]State{Hung}, "server 1 does not answer", Hung},
		{[]State{Away, Stopping}, "all 2 servers are down", Away},
		{[]State{Stopped, Stopped}, "all 2 servers are stopped", Stopped},
		{[]State{Hung, Hung}, "none of the 2 servers answers", Hung},
		{[]State{Hung, Stopped}, "of 2 servers, 0 are down, 1 are stopped and 1 do not answer", Hung},
		{[]State{Hung, Away}, "of 2 servers, 1 are down, 0 are stopped and 1 do not answer", Away},
		{[]State{Stopped, Away}, "of 2 servers, 1 are down, 1 are stopped and 0 do not answer", Away},
	} {
		all, _ := numbered(test.states...)
		r := &Room{}
		r.servers.Store(&all)
		if got := r.Absence(); tell.Why(got.Why, got.Facts...) != test.why || got.How != test.how {
			t.Errorf("%v: %+v", test.states, got)
		}
	}
}

// whyPicked is a choice as its trace says it.
func whyPicked(c Choice) string {
	return tell.Saw(trace.Step{Name: trace.FrontPick, OK: true, Facts: c.Facts})
}

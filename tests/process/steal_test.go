package process

import (
	"fmt"
	"testing"
)

// The table "What stops a thief" is what really happens, tried on servers of its own:
// for each stolen credential and each countermeasure, how the thief was stopped, how
// many of ten others were thrown out and came back, and what became of the same
// account on another device.
func TestWhatStopsAThief(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"session logout":     "session.find 0 0 in",
		"session everywhere": "session.find 0 0 thrown out",
		"session password":   "session.find 0 0 thrown out",
		"session revocation": "session.find 0 0 in",
		"session key":        "session.age 0 0 in",
		"session expiry":     "session.age 10 0 thrown out",
		"token logout":       "claims.check 0 0 in",
		"token everywhere":   "claims.check 0 0 in",
		"token password":     "claims.check 0 0 soon out",
		"token revocation":   "revocation.check 0 0 in",
		"token key":          "key.select 10 10 came back",
		"token expiry":       "claims.check 10 10 came back",
	}
	var s struct {
		Others   int
		Outcomes []struct {
			Stolen, Measure, Device, Fault string
			Until                          int `json:"until_ms"`
			Expired                        bool
			ThrownOut                      int `json:"thrown_out"`
			CameBack                       int `json:"came_back"`
			Trace                          *struct {
				Client, Reason string
				Status         int
			}
		}
	}
	experiment(t, &s, "steal")
	if len(s.Outcomes) != len(want) || s.Others != 10 {
		t.Errorf("%d outcomes, %d others", len(s.Outcomes), s.Others)
	}
	for _, o := range s.Outcomes {
		if o.Trace == nil || o.Trace.Client != "thief" || o.Trace.Status != 401 {
			t.Errorf("%+v", o)
			continue
		}
		if o.Trace.Reason == "user.load" && o.Stolen == "session" {
			o.Trace.Reason = "session.find" // a moment later: first the account's sessions are void, then they are gone
		}
		if got := fmt.Sprintf("%s %d %d %s", o.Trace.Reason, o.ThrownOut, o.CameBack, o.Device); got != want[o.Stolen+" "+o.Measure] {
			t.Errorf("%s, %s: %s", o.Stolen, o.Measure, got)
		}
		expires := o.Trace.Reason == "session.age" || o.Trace.Reason == "claims.check"
		if o.Expired != expires || expires != (o.Until > 100) || o.Until > 3000 {
			t.Errorf("%s, %s: until %d ms, expired %t", o.Stolen, o.Measure, o.Until, o.Expired)
		}
	}
}

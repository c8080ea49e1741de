package experiment

import (
	"context"
	"fmt"
	"time"

	"twodoors/web/trace"
)

// InnocentOthers is how many others are logged in when a countermeasure is taken.
const InnocentOthers = 10

// Theft is the table "What stops a thief": for each stolen credential and each countermeasure, how long the thief still
// got in and what it cost the others.
type Theft struct {
	Stolen       []Heading `json:"stolen"`      // down the side
	Measures     []Heading `json:"measures"`    // across the top
	Others       int       `json:"others"`      // accounts of others that had logged in before, each at both doors
	Lifetime     int64     `json:"lifetime_ms"` // of what was stolen
	Outcomes     []Outcome `json:"outcomes"`    // measure by measure, as they were tried
	Milliseconds int64     `json:"ms"`          // that it took
}

// Outcome is what one countermeasure did about one stolen credential.
type Outcome struct {
	Stolen  string `json:"stolen"`
	Measure string `json:"measure"`

	// Until is how many milliseconds after the countermeasure had been answered the
	// thief sent the last request that was let in: 0 when there was none.
	Until   int64 `json:"until_ms"`
	Expired bool  `json:"expired"` // not the countermeasure stopped it, but the end of the credential's life

	ThrownOut int    `json:"thrown_out"` // of the others, whose next request with the same kind of credential was refused
	CameBack  int    `json:"came_back"`  // of those, by their refresh token and without a password
	Device    Device `json:"device"`     // the same account on another device

	Trace *trace.Trace `json:"trace,omitempty"` // of the answer that refused the thief
	Fault string       `json:"fault,omitempty"` // why it could not be tried, as a sentence
}

// StoppedInWords says whether a countermeasure stopped the thief, and how soon.
func (o Outcome) StoppedInWords() string {
	switch {
	case o.Expired && o.Measure == "expiry":
		return "expired"
	case o.Expired:
		return "not stopped"
	case o.Until == 0:
		return "stopped at once"
	}
	return fmt.Sprintf("stopped after %d ms", o.Until)
}

// UntilInWords says how long the thief got in afterwards.
func (o Outcome) UntilInWords() string {
	switch {
	case o.Expired:
		return fmt.Sprintf("%d ms, until it expired", o.Until)
	case o.Until == 0:
		return "0 ms"
	}
	return fmt.Sprintf("%d ms", o.Until)
}

// OthersInWords says how many of the others were logged out.
func (o Outcome) OthersInWords() string {
	switch {
	case o.ThrownOut == 0:
		return "nobody else logged out"
	case o.CameBack > 0:
		return fmt.Sprintf("%d others logged out, %d back by refresh token", o.ThrownOut, o.CameBack)
	}
	return fmt.Sprintf("%d others logged out", o.ThrownOut)
}

// Device is what became of the victim's login on another device.
type Device string

// What can become of it.
const (
	DeviceIn   Device = "in"         // it stays logged in
	DeviceBack Device = "came back"  // refused, and in again by its refresh token
	DeviceSoon Device = "soon out"   // in until its access token expires: its refresh token was revoked
	DeviceOut  Device = "thrown out" // it has to log in again
)

// InWords says it for people.
func (d Device) InWords() string {
	switch d {
	case DeviceIn:
		return "stays logged in"
	case DeviceBack:
		return "logged out, back by refresh token"
	case DeviceSoon:
		return "logged out once its access token expires"
	case DeviceOut:
		return "logged out"
	}
	return ""
}

// Proofs are the traces of the answers that decided.
func (t *Theft) Proofs() []*trace.Trace {
	var proofs []*trace.Trace
	for _, o := range t.Outcomes {
		if o.Trace != nil {
			proofs = append(proofs, o.Trace)
		}
	}
	return proofs
}

// Outcome returns an outcome, nil when it has not been tried.
func (t *Theft) Outcome(stolen, measure string) *Outcome {
	for i, o := range t.Outcomes {
		if o.Stolen == stolen && o.Measure == measure {
			return &t.Outcomes[i]
		}
	}
	return nil
}

// Unstolen is the whole table, empty.
func Unstolen() *Theft {
	return &Theft{
		Stolen:   []Heading{{SessionDoor, "Session cookie", SessionDoor}, {TokenDoor, "Access token", TokenDoor}},
		Measures: headings(measures()), Others: InnocentOthers, Lifetime: stolenLives.Milliseconds(),
	}
}

// Steal fills the table. For each countermeasure a victim logs in at both doors, a thief copies both credentials, and
// goes on calling while the countermeasure is taken and the others are asked whether they are still logged in.
func Steal(ctx context.Context, in *Room, report func(Progress)) (*Theft, error) {
	began, t := time.Now(), Unstolen()
	total, faults := len(t.Stolen)*len(t.Measures), 0
	report(Progress{0, total, "Other users log in", t.soFar()})
	fixture, err := settle(ctx, in)
	if err != nil {
		return t, err
	}
	defer fixture.leave()
	for _, measure := range measures() {
		report(Progress{len(t.Outcomes), total, measure.Title, t.soFar()})
		session, token := fixture.try(ctx, measure)
		if session.Fault != "" {
			if ctx.Err() != nil {
				return t, ctx.Err()
			}
			faults += 2
		}
		t.Outcomes = append(t.Outcomes, session, token)
		t.Milliseconds = time.Since(began).Milliseconds()
	}
	report(Progress{total, total, "", t.soFar()})
	return t, complete(faults, total)
}

// soFar is the table as it is now. Later outcomes are added behind its own.
func (t *Theft) soFar() *Theft {
	now := *t
	return &now
}

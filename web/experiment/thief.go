package experiment

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"twodoors/web/trace"
)

// thiefWaits is the time between an answer and the thief's next question.
const thiefWaits = 3 * time.Millisecond

// thief has a copy of a credential and goes on calling.
type thief struct {
	*Client
	door    string
	let     chan struct{} // closed when it was let in first
	over    chan struct{} // closed when it goes on no more
	last    time.Time     // when it sent the last question that was let in
	refused Answer        // the answer that ended it
	proof   *trace.Trace  // of that; nil when the site has not told it
	untold  error         // why not
}

// steal gives a thief a copy of what the victim presents at a door, and nothing else.
func (t *fixture) steal(door string) *thief {
	stolen := &thief{Client: t.in.Client(thiefName), door: door, let: make(chan struct{}), over: make(chan struct{})}
	address, err := url.Parse(t.in.Address.URL)
	if err != nil {
		panic(err) // it was dialled before
	}
	if door == TokenDoor {
		stolen.Token = t.robbed.token.Token
		return stolen
	}
	for _, cookie := range t.robbed.session.Jar.Cookies(address) {
		if name := strings.TrimPrefix(cookie.Name, "__Host-"); name == "session-"+t.in.Name {
			stolen.Jar.SetCookies(address, []*http.Cookie{{Name: cookie.Name, Value: cookie.Value, Path: "/"}})
		}
	}
	return stolen
}

// goOn calls until it is refused.
func (t *thief) goOn(ctx context.Context) {
	defer close(t.over)
	for pause(ctx, thiefWaits) == nil {
		asked := time.Now()
		answer, err := t.Me(ctx, t.door)
		switch {
		case err != nil:
		case answer.Status == http.StatusUnauthorized:
			t.refused = answer
			t.proof, t.untold = t.Trace(ctx, answer) // at once: a busy site keeps few
			return
		case answer.Status == http.StatusOK:
			if t.last.IsZero() {
				close(t.let)
			}
			t.last = asked
		}
	}
}

// awaitEntry waits until the thief was let in.
func (t *thief) awaitEntry(ctx context.Context) error {
	select {
	case <-t.let:
		return nil
	case <-t.over:
		return fmt.Errorf("the thief was refused at once, with %d", t.refused.Status)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// account tells until when the thief got in. It is over.
func (t *thief) account(o *Outcome, taken time.Time) error {
	if t.refused.Status == 0 {
		return fmt.Errorf("nothing stopped the thief in %s", thiefPatience)
	}
	o.Until = max(0, t.last.Sub(taken).Milliseconds())
	if t.untold != nil {
		return t.untold
	}
	o.Trace = t.proof
	o.Expired = t.proof.Reason == trace.SessionAge || t.proof.Reason == trace.ClaimsCheck
	return nil
}

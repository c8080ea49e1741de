package lab

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"time"

	"twodoors/web/trace"
)

// town is everybody who has a part in the experiment about theft.
type town struct {
	site   *Site
	keeper *Client
	robbed *person   // whose credentials are stolen
	device *person   // the same account, on another device
	others []*person // innocent, with accounts of their own
}

// Who takes part, as traces call them.
const (
	thiefName  = "thief"
	robbedName = "robbed"
	deviceName = "other device"
	otherName  = "other"
)

const (
	// stolenLives is how long the credentials live that are stolen: where nothing else
	// stops the thief, that does.
	stolenLives = 3 * time.Second
	// thiefWaits is the time between an answer and the thief's next question.
	thiefWaits = 3 * time.Millisecond
	// thiefPatience is how long a thief is watched at most.
	thiefPatience = 10 * time.Second
)

// settle makes the accounts.
func settle(ctx context.Context, site *Site) (*town, error) {
	const password = "kept in a drawer"
	t := &town{site: site, keeper: site.Client(keeperName),
		robbed: newPerson(site, robbedName, "robbed", password), device: newPerson(site, deviceName, "robbed", password)}
	for i := range InnocentOthers {
		t.others = append(t.others, newPerson(site, otherName, fmt.Sprintf("other-%d", i+1), password))
	}
	err := all(append([]*person{t.robbed}, t.others...), func(p *person) error { return p.signUp(ctx) })
	if err != nil {
		t.leave()
	}
	return t, err
}

func (t *town) leave() {
	t.keeper.Leave()
	for _, p := range append([]*person{t.robbed, t.device}, t.others...) {
		p.leave()
	}
}

// try takes one measure, and tells what it did about the stolen session and about the
// stolen token.
func (t *town) try(ctx context.Context, m measure) (session, token Outcome) {
	session, token = Outcome{Stolen: SessionDoor, Measure: m.Name}, Outcome{Stolen: TokenDoor, Measure: m.Name}
	ctx, cancel := context.WithTimeout(ctx, 2*thiefPatience)
	defer cancel()
	err := t.setUp(ctx, m)
	if err == nil {
		err = t.take(ctx, m, &session, &token)
	}
	if err != nil {
		session.Fault = "This could not be tried: " + err.Error() + "."
		token.Fault = session.Fault
	}
	return session, token
}

// setUp has everybody logged in. What is stolen lives briefly; what the others have
// does where the measure is to wait for its end.
func (t *town) setUp(ctx context.Context, m measure) error {
	brief := Settings{"access_lifetime": stolenLives.String()}
	longer := Settings{"access_lifetime": "5m", "session_lifetime": "12h", "revocation": "off"}
	if m.brief {
		maps.Copy(longer, brief)
	}
	if err := t.keeper.Set(ctx, longer); err != nil {
		return err
	}
	err := all(append([]*person{t.device}, t.others...), func(p *person) error {
		for _, door := range []string{SessionDoor, TokenDoor} {
			if p.in[door] && !(m.brief && door == TokenDoor) {
				continue
			}
			if err := p.logIn(ctx, door); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := t.keeper.Set(ctx, brief); err != nil {
		return err
	}
	return all([]*person{t.robbed}, func(p *person) error {
		if err := p.logIn(ctx, SessionDoor); err != nil {
			return err
		}
		return p.logIn(ctx, TokenDoor)
	})
}

// take has both stolen while the measure is taken, and then asks the others.
func (t *town) take(ctx context.Context, m measure, session, token *Outcome) error {
	watching, end := context.WithTimeout(ctx, thiefPatience)
	defer end()
	thieves := []*thief{t.rob(SessionDoor), t.rob(TokenDoor)}
	for _, thief := range thieves {
		go thief.goOn(watching)
		defer func() { // nothing of this measure goes on in the next
			end()
			<-thief.over
			thief.Leave()
		}()
	}
	for _, thief := range thieves {
		if err := thief.awaitEntry(ctx); err != nil {
			return err
		}
	}
	if err := m.take(ctx, t); err != nil {
		return err
	}
	taken := time.Now()
	short := Settings{"session_lifetime": stolenLives.String()} // from here on a session that nothing has ended expires
	if m.brief {
		if err := t.expire(ctx, short, thieves); err != nil {
			return err
		}
	}
	for _, o := range []*Outcome{session, token} {
		if err := t.askOthers(ctx, o); err != nil {
			return err
		}
	}
	if err := t.expire(ctx, short, thieves); err != nil {
		return err
	}
	for i, o := range []*Outcome{session, token} {
		if err := thieves[i].account(ctx, o, taken); err != nil {
			return err
		}
	}
	return nil
}

// expire waits until both thieves are refused. Sessions are as short-lived from then on
// as the stolen token is.
func (t *town) expire(ctx context.Context, short Settings, thieves []*thief) error {
	if err := t.keeper.Set(ctx, short); err != nil {
		return err
	}
	for _, thief := range thieves {
		<-thief.over
	}
	return ctx.Err()
}

// askOthers asks whether the others are still in.
func (t *town) askOthers(ctx context.Context, o *Outcome) error {
	in, refreshed, err := t.device.ask(ctx, o.Stolen)
	switch {
	case err != nil:
		return err
	case !in:
		o.Device = DeviceOut
	case refreshed:
		o.Device = DeviceBack
	default:
		o.Device = DeviceIn
	}
	if o.Device == DeviceIn && o.Stolen == TokenDoor {
		kept, err := t.device.refresh(ctx)
		if err != nil {
			return err
		}
		if !kept {
			o.Device = DeviceSoon
		}
		t.device.in[TokenDoor] = false
	}
	for _, other := range t.others {
		in, refreshed, err := other.ask(ctx, o.Stolen)
		if err != nil {
			return err
		}
		if !in || refreshed {
			o.ThrownOut++
		}
		if refreshed && in {
			o.CameBack++
		}
	}
	return nil
}

// thief is somebody with a copy of a credential, who goes on calling.
type thief struct {
	*Client
	door    string
	let     chan struct{} // closed when it was let in first
	over    chan struct{} // closed when it goes on no more
	last    time.Time     // when it sent the last question that was let in
	refused Answer        // the answer that ended it
}

// rob gives a thief a copy of what the robbed one shows at a door, and nothing else.
func (t *town) rob(door string) *thief {
	stolen := &thief{Client: t.site.Client(thiefName), door: door, let: make(chan struct{}), over: make(chan struct{})}
	address, err := url.Parse(t.site.Address())
	if err != nil {
		panic(err) // it was dialled before
	}
	if door == TokenDoor {
		stolen.Token = t.robbed.token.Token
		return stolen
	}
	for _, cookie := range t.robbed.session.Jar.Cookies(address) {
		if cookie.Name == "session" {
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
func (t *thief) account(ctx context.Context, o *Outcome, taken time.Time) (err error) {
	if t.refused.Status == 0 {
		return fmt.Errorf("nothing stopped the thief in %s", thiefPatience)
	}
	o.Until = max(0, t.last.Sub(taken).Milliseconds())
	if o.Trace, err = t.Trace(ctx, t.refused); err == nil {
		o.Expired = o.Trace.Reason == trace.SessionAge || o.Trace.Reason == trace.ClaimsCheck
	}
	return err
}

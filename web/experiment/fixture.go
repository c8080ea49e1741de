package experiment

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"time"
)

// fixture is everybody who has a part in the experiment about theft.
type fixture struct {
	in     *Room
	admin  *Client
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
	// thiefPatience is how long a thief is watched at most.
	thiefPatience = 10 * time.Second
)

// settle makes the accounts.
func settle(ctx context.Context, in *Room) (*fixture, error) {
	const password = "kept in a drawer"
	t := &fixture{in: in, admin: in.Client(adminName),
		robbed: newPerson(in, robbedName, "robbed", password), device: newPerson(in, deviceName, "robbed", password)}
	for i := range InnocentOthers {
		t.others = append(t.others, newPerson(in, otherName, fmt.Sprintf("other-%d", i+1), password))
	}
	err := all(append([]*person{t.robbed}, t.others...), func(p *person) error { return p.signUp(ctx) })
	if err != nil {
		t.leave()
	}
	return t, err
}

func (t *fixture) leave() {
	t.admin.Leave()
	for _, p := range append([]*person{t.robbed, t.device}, t.others...) {
		p.leave()
	}
}

// try takes one measure, and tells what it did about the stolen session and about the
// stolen token.
func (t *fixture) try(ctx context.Context, m measure) (session, token Outcome) {
	session, token = Outcome{Stolen: SessionDoor, Measure: m.Name}, Outcome{Stolen: TokenDoor, Measure: m.Name}
	err := t.setUp(ctx, m) // as long as the logins take: at a busy site each waits for its turn
	if err == nil {
		bounded, cancel := context.WithTimeout(ctx, 2*thiefPatience)
		defer cancel()
		err = t.take(bounded, m, &session, &token)
	}
	if err != nil {
		fault := "This could not be tried: " + err.Error() + "."
		return Outcome{Stolen: SessionDoor, Measure: m.Name, Fault: fault}, Outcome{Stolen: TokenDoor, Measure: m.Name, Fault: fault}
	}
	return session, token
}

// setUp has everybody logged in. What is stolen lives briefly; what the others have
// does where the measure is to wait for its end.
func (t *fixture) setUp(ctx context.Context, m measure) error {
	brief := Settings{"access_lifetime": stolenLives.String()}
	longer := Settings{"access_lifetime": "5m", "session_lifetime": "12h", "revocation": "off"}
	if m.brief {
		maps.Copy(longer, brief)
	}
	if err := t.admin.Set(ctx, longer); err != nil {
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
	if err := t.admin.Set(ctx, brief); err != nil {
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
func (t *fixture) take(ctx context.Context, m measure, session, token *Outcome) error {
	thieves, gone, err := t.stealBoth(ctx)
	defer gone()
	if err != nil {
		return err
	}
	if err := m.take(ctx, t); err != nil {
		return err
	}
	taken := time.Now()
	if m.brief {
		if err := t.expire(ctx, thieves); err != nil {
			return err
		}
	}
	for _, o := range []*Outcome{session, token} {
		if err := t.askOthers(ctx, o); err != nil {
			return err
		}
	}
	if err := t.expire(ctx, thieves); err != nil {
		return err
	}
	return cmp.Or(thieves[0].account(session, taken), thieves[1].account(token, taken))
}

// stealBoth has a thief at each door, and returns when both were let in. What it returns
// ends them: nothing of one measure goes on in the next.
func (t *fixture) stealBoth(ctx context.Context) (thieves []*thief, gone func(), err error) {
	watching, end := context.WithTimeout(ctx, thiefPatience)
	thieves = []*thief{t.steal(SessionDoor), t.steal(TokenDoor)}
	for _, thief := range thieves {
		go thief.goOn(watching)
	}
	for _, thief := range thieves {
		err = cmp.Or(err, thief.awaitEntry(ctx))
	}
	return thieves, func() {
		end()
		for _, thief := range thieves {
			<-thief.over
			thief.Leave()
		}
	}, err
}

// expire waits until both thieves are refused. A session that nothing has ended expires
// when the stolen token does.
func (t *fixture) expire(ctx context.Context, thieves []*thief) error {
	if err := t.admin.Set(ctx, Settings{"session_lifetime": stolenLives.String()}); err != nil {
		return err
	}
	for _, thief := range thieves {
		<-thief.over
	}
	return ctx.Err()
}

// askOthers asks whether the others are still in.
func (t *fixture) askOthers(ctx context.Context, o *Outcome) (err error) {
	if o.Device, err = t.askDevice(ctx, o.Stolen); err != nil {
		return err
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

// askDevice asks whether the other device of the robbed account is still in, and at
// the token door whether it can stay.
func (t *fixture) askDevice(ctx context.Context, door string) (Device, error) {
	in, refreshed, err := t.device.ask(ctx, door)
	switch {
	case err != nil:
		return "", err
	case !in:
		return DeviceOut, nil
	case refreshed:
		return DeviceBack, nil
	case door == SessionDoor:
		return DeviceIn, nil
	}
	t.device.in[door] = false // the token that it gets now lives briefly: next time it logs in
	stays, err := t.device.token.Refresh(ctx)
	if err == nil && !stays {
		return DeviceSoon, nil
	}
	return DeviceIn, err
}

package experiment

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"
)

// person is an account, logged in at both doors. It comes to each over a connection of
// its own.
type person struct {
	name, password string
	session, token *Client
	in             map[string]bool // by door: logged in, as far as anybody has noticed
}

func newPerson(in *Room, role, name, password string) *person {
	return &person{name: name, password: password, session: in.Client(role), token: in.Client(role), in: map[string]bool{}}
}

func (p *person) at(door string) *Client {
	if door == TokenDoor {
		return p.token
	}
	return p.session
}

func (p *person) leave() {
	p.session.Leave()
	p.token.Leave()
}

func (p *person) signUp(ctx context.Context) error {
	_, err := p.session.Must(ctx, "POST", "/api/signup", map[string]string{"username": p.name, "password": p.password}, nil)
	return err
}

// logIn logs in at a door.
func (p *person) logIn(ctx context.Context, door string) error {
	_, err := p.at(door).logInAs(ctx, door, p.name, p.password)
	p.in[door] = err == nil
	return err
}

// ask calls the protected page of a door, and reports whether that one is still in,
// and whether it took the refresh token.
func (p *person) ask(ctx context.Context, door string) (in, refreshed bool, err error) {
	in, err = p.me(ctx, door)
	if err != nil || in || door != TokenDoor {
		p.in[door] = in
		return in, false, err
	}
	if refreshed, err = p.token.Refresh(ctx); err == nil && refreshed {
		in, err = p.me(ctx, door)
	}
	p.in[door] = in && !refreshed // what it got lives briefly: next time it logs in
	return in, refreshed, err
}

func (p *person) me(ctx context.Context, door string) (in bool, err error) {
	answer, err := p.at(door).Me(ctx, door)
	if err == nil && answer.Status != http.StatusOK && answer.Status != http.StatusUnauthorized {
		err = fmt.Errorf("%s was answered with %d", p.name, answer.Status)
	}
	return answer.Status == http.StatusOK, err
}

// all does something for each of several people, a few at a time.
func all(people []*person, do func(*person) error) error {
	var working sync.WaitGroup
	faults, turn := make([]error, len(people)), make(chan struct{}, 4)
	for i, p := range people {
		working.Go(func() {
			turn <- struct{}{}
			faults[i] = do(p)
			<-turn
		})
	}
	working.Wait()
	return cmp.Or(faults...)
}

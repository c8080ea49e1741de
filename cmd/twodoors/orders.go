package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"

	"github.com/go-json-experiment/json"

	"twodoors/web/relay"
	"twodoors/web/token"
)

// superior is the front, as a server behind it sees it: lines on standard input,
// each answered by a line on standard output.
type superior struct {
	in  *bufio.Reader
	out io.Writer
	ctx context.Context // ends when the input does
	end context.CancelFunc
}

// takeOrders reads what the front wants of this server. An interrupt at the
// terminal is the front's to handle.
func takeOrders(t terminal) (orders relay.Orders, front *superior, err error) {
	signal.Ignore(os.Interrupt)
	in := bufio.NewReader(t.in)
	line, err := in.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &orders)
	}
	if err != nil || orders.Secret == "" {
		return orders, nil, errors.New("--behind-front is for the front: it writes orders to standard input")
	}
	if err := orders.Settings.Check(); err != nil {
		return orders, nil, err
	}
	front = &superior{in: in, out: t.out}
	front.ctx, front.end = context.WithCancel(context.Background())
	return orders, front, nil
}

// follow carries out each change until the input ends.
func (s *superior) follow(change func(context.Context, relay.Change) (relay.Done, error)) {
	defer s.end()
	for {
		line, err := s.in.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked relay.Change
		err = json.Unmarshal(line, &asked)
		done := relay.Done{}
		if err == nil {
			done, err = change(s.ctx, asked)
		}
		if err != nil {
			slog.Error("the change did not work", "err", err)
			done = relay.Done{Error: err.Error()}
		}
		answer, err := json.Marshal(done)
		if err != nil {
			return
		}
		fmt.Fprintf(s.out, "%s\n", answer)
	}
}

// change makes the server go by new settings, and by a new key when one is asked
// for. What is under way is finished by the old ones.
func (s *running) change(ctx context.Context, c relay.Change) (relay.Done, error) {
	if err := c.Settings.Check(); err != nil {
		return relay.Done{}, err
	}
	keys, err := s.keys(ctx, c)
	if errors.Is(err, token.ErrTooManyKeys) {
		return relay.Done{Fault: "There are as many keys as can be kept. Retire the old ones with the change."}, nil
	}
	if err != nil {
		return relay.Done{}, err
	}
	if err := s.stores.choose(c.Settings.Store, c.Redis); err != nil {
		return relay.Done{}, err
	}
	s.app.Session.Adopt(sessionRules(c.Settings))
	before := s.app.Token.Rules().Keys
	s.app.Token.Adopt(rules(keys, c.Settings))
	lead := c.Rotation != nil && c.Rotation.Lead
	thrown, err := s.thrown(ctx, before.Lost(keys, !lead))
	return relay.Done{KeyID: keys.Current().ID, Thrown: thrown}, err
}

func (s *running) keys(ctx context.Context, c relay.Change) (*token.Keys, error) {
	if c.Rotation == nil {
		return s.ring.Load(ctx, signing(c.Settings))
	}
	return s.ring.Rotate(ctx, signing(c.Settings), token.Rotation{Retire: c.Rotation.Retire, Lead: c.Rotation.Lead})
}

// thrown is how many tokens that had not expired were signed by lost keys.
func (s *running) thrown(ctx context.Context, lost []*token.Key) (tokens int, err error) {
	for _, key := range lost {
		n, err := s.issued.Out(ctx, key.ID, s.ring.Now())
		if err != nil {
			return 0, fmt.Errorf("count tokens: %w", err)
		}
		tokens += n
	}
	return tokens, nil
}

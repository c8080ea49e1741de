package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"

	"twodoors/web/relay"
)

// superior is the front, as a server behind it sees it: lines on standard input,
// each answered by a line on standard output.
type superior struct {
	in  *bufio.Reader
	out io.Writer
	ctx context.Context // ends when the input does
	end context.CancelFunc
}

// takeOrders reads what the front wants of this server.
func takeOrders(t terminal) (orders relay.Orders, front *superior, err error) {
	leaveSignals()
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

// follow answers each message until the input ends.
func (s *superior) follow(answer func(context.Context, relay.Message) relay.Done) {
	defer s.end()
	for {
		line, err := s.in.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked relay.Message
		done := relay.Done{Unable: "front and server are not of one version; start Two Doors again"}
		if err := json.Unmarshal(line, &asked); err == nil {
			done = answer(s.ctx, asked)
		}
		text, err := json.Marshal(done)
		if err != nil {
			return
		}
		fmt.Fprintf(s.out, "%s\n", text)
	}
}

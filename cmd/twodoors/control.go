package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"

	"github.com/go-json-experiment/json"

	"twodoors/web/relay"
)

// control is the channel to the front, as a process behind it sees it: lines on standard
// input, each answered by a line on what was standard output.
type control struct {
	in  *bufio.Reader
	out io.Writer
	ctx context.Context // ends when the input does
	end context.CancelFunc
}

// errNotBehindFront refuses somebody who starts a child by hand.
var errNotBehindFront = errors.New("only the front of Two Doors runs this command: it writes a configuration to standard input")

// openControl opens the channel, and reads the configuration that the front starts this process with.
func openControl(t terminal, config any) (*control, error) {
	leaveSignals()
	c := &control{in: bufio.NewReader(t.in), out: t.out}
	line, err := relay.ReadLine(c.in)
	if err != nil || line.Number != 1 || json.Unmarshal(line.Body, config) != nil {
		return nil, errNotBehindFront
	}
	c.ctx, c.end = context.WithCancel(context.Background())
	return c, nil
}

// ready tells the front that this process serves.
func (c *control) ready(r relay.Ready) error { return relay.WriteLine(c.out, 1, r) }

// follow answers each message until the input ends.
func (c *control) follow(answer func(context.Context, relay.Message) relay.Done) {
	defer c.end()
	for {
		line, err := relay.ReadLine(c.in)
		if err != nil {
			return
		}
		var asked relay.Message
		done := relay.Done{Unable: "front and server have different versions; restart Two Doors"}
		if err := json.Unmarshal(line.Body, &asked); err == nil {
			done = answer(c.ctx, asked)
		}
		if err := relay.WriteLine(c.out, line.Number, done); err != nil {
			slog.Error("the front does not accept an answer", "err", err)
			return
		}
	}
}

// untilEnd waits until the input ends.
func (c *control) untilEnd() {
	io.Copy(io.Discard, c.in)
	c.end()
}

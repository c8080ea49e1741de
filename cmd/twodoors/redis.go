package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"

	"twodoors/web/redisd"
)

// redisCommand is the session store as a child process of the front.
type redisCommand struct{}

func (redisCommand) Run(t terminal) error {
	leaveSignals()
	in := bufio.NewReader(t.in)
	line, err := in.ReadBytes('\n')
	var orders redisd.Orders
	if err == nil {
		err = json.Unmarshal(line, &orders)
	}
	if err != nil || orders.Password == "" {
		return errors.New("this command is for the front: it writes orders to standard input")
	}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	go func() {
		io.Copy(io.Discard, in)
		end()
	}()
	running, err := redisd.Start(ctx, orders)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, running.Kind, "at", running.Address)
	return running.Wait(ctx)
}

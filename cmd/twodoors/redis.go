package main

import (
	"twodoors/web/redisd"
	"twodoors/web/relay"
)

// redisCommand is the session store as a child process of the front.
type redisCommand struct{}

func (redisCommand) Run(t terminal) error {
	var orders redisd.Orders
	front, err := takeOrders(t, &orders)
	if err != nil || orders.Password == "" {
		return errNotBehindFront
	}
	defer front.end()
	go front.untilEnd()
	running, err := redisd.Start(front.ctx, orders)
	if err != nil {
		return err
	}
	if err := front.ready(relay.Ready{Address: running.Address, Kind: running.Kind}); err != nil {
		return err
	}
	return running.Wait(front.ctx)
}

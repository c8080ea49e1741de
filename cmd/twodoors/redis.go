package main

import (
	"twodoors/web/redisd"
	"twodoors/web/relay"
)

// redisCommand is the session store as a child process of the front.
type redisCommand struct{}

func (redisCommand) Run(t terminal) error {
	var config redisd.Config
	front, err := openControl(t, &config)
	if err != nil || config.Password == "" {
		return errNotBehindFront
	}
	defer front.end()
	go front.untilEnd()
	running, err := redisd.Start(front.ctx, config)
	if err != nil {
		return err
	}
	if err := front.ready(relay.Ready{Address: running.Address, Kind: running.Kind}); err != nil {
		return err
	}
	return running.Wait(front.ctx)
}

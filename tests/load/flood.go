package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"
)

// floods is what others keep while somebody sends as much as they can.
type floods struct {
	Requests int     `json:"requests"` // without a cookie
	Seconds  float64 `json:"seconds"`
	Traces   int     `json:"traces"` // of a seat, before them
	Kept     int     `json:"kept"`   // of these, after them

	Seats     int   `json:"seats"`     // of one address, that log in without a break, with the right password
	Others    int   `json:"others"`    // at that address and elsewhere, that log in once meanwhile
	LoggedIn  int   `json:"logged_in"` // of these
	MostTurns int64 `json:"most_turns"`

	MadeUp         int `json:"made_up"`          // connections of one address, each with a new seat for each request
	LoggedInBeside int `json:"logged_in_beside"` // others who log in once meanwhile, as before
}

const (
	floodRequests = 100_000
	floodTraces   = 300
)

// flood measures each of them.
func (b *bench) flood(ctx context.Context) (f floods, err error) {
	if err := b.floodTraces(ctx, &f); err != nil {
		return f, fmt.Errorf("flood of requests: %w", err)
	}
	for _, madeUp := range []bool{false, true} {
		if err := b.floodLogins(ctx, &f, madeUp); err != nil {
			return f, fmt.Errorf("flood of logins: %w", err)
		}
	}
	return f, ctx.Err()
}

// floodTraces counts the traces of a seat before and after a flood of requests that
// bring no cookie.
func (b *bench) floodTraces(ctx context.Context, f *floods) error {
	s, err := b.openOn(filepath.Join(b.folder, "flood-traces", "two.db"), "serve", "memory")
	if err != nil {
		return err
	}
	defer s.stop()
	for range floodTraces {
		if err := s.once(s.tokenRequest(s.address)); err != nil {
			return err
		}
	}
	before, err := s.traces()
	if err != nil {
		return err
	}
	b.say("%d requests without a cookie", floodRequests)
	began := time.Now()
	var left atomic.Int64
	left.Store(floodRequests)
	if err := s.strangers(ctx, b.Connections, &left); err != nil {
		return err
	}
	f.Requests, f.Seconds = floodRequests, time.Since(began).Seconds()
	after, err := s.traces()
	f.Traces = len(before)
	for id := range before {
		if after[id] {
			f.Kept++
		}
	}
	return err
}

// strangers send requests without a cookie, each of which is refused, until none is left.
func (s *site) strangers(ctx context.Context, connections int, left *atomic.Int64) error {
	request := get(s.address, "/api/session/me")
	failed := make(chan error, connections)
	for range connections {
		go func() {
			c, err := dial(s.address, request)
			if err != nil {
				failed <- err
				return
			}
			defer c.conn.Close()
			for err == nil && ctx.Err() == nil && left.Add(-1) >= 0 {
				err = c.refusal()
			}
			failed <- err
		}()
	}
	var first error
	for range connections {
		if err := <-failed; err != nil {
			first = err
		}
	}
	return first
}

// refusal sends the request and reads its answer, which has to be 401.
func (c *client) refusal() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	n, whole := 0, 0
	for whole == 0 || n < whole {
		m, err := c.conn.Read(c.buffer[n:])
		if err != nil {
			return err
		}
		n += m
		if end := bytes.Index(c.buffer[:n], endOfHeader); whole == 0 && end >= 0 {
			answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(c.buffer[:n])), nil)
			if err != nil || answer.StatusCode != http.StatusUnauthorized {
				return fmt.Errorf("not the expected answer: %v %q", err, c.buffer[:n])
			}
			whole = end + len(endOfHeader) + int(answer.ContentLength)
		}
	}
	return nil
}

// traces are the ids of the seat's traces.
func (s *site) traces() (map[string]bool, error) {
	_, body, err := s.call("GET", "/api/traces", "")
	if err != nil {
		return nil, err
	}
	var list []struct{ ID string }
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, t := range list {
		ids[t.ID] = true
	}
	return ids, nil
}

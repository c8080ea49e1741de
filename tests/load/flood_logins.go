package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	floodSeats       = 12
	floodConnections = 8 // of each seat
	floodOthers      = 15
	floodAddress     = "203.0.113.1"
)

// floodLogins has seats at one address log in without a break, and others once: a third
// at that address, with a new seat; the rest from elsewhere, half of them without a seat. With made-up
// seats, each of the flood's requests has a new one.
func (b *bench) floodLogins(ctx context.Context, f *floods, madeUp bool) error {
	s, err := b.openOn(filepath.Join(b.folder, fmt.Sprintf("flood-logins-%t", madeUp), "two.db"), "server", "memory", "--trust-proxy=127.0.0.1")
	if err != nil {
		return err
	}
	defer s.stop()
	b.say("%d seats that log in", floodSeats)
	l := &loginFlood{site: s, madeUp: madeUp, web: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: floodSeats*floodConnections + floodOthers}}}
	ctx, end := context.WithCancel(ctx)
	defer l.flooding.Wait()
	defer end()
	if err := l.begin(ctx); err != nil {
		return err
	}
	if err := l.others(ctx); err != nil {
		return err
	}
	if madeUp {
		f.MadeUp, f.LoggedInBeside = floodSeats*floodConnections, int(l.loggedIn.Load())
		return nil
	}
	f.Seats, f.Others, f.LoggedIn, f.MostTurns = floodSeats, floodOthers, int(l.loggedIn.Load()), l.most.Load()
	return nil
}

// loginFlood counts the turns that a flood of logins gets, those of the others, and for how
// many turns of the flood one of them had to wait at the most.
type loginFlood struct {
	*site
	madeUp                bool
	web                   *http.Client
	flooding              sync.WaitGroup
	turns, loggedIn, most atomic.Int64
}

// begin returns when every connection of the flood has logged in once. The flood goes on
// until ctx ends.
func (l *loginFlood) begin(ctx context.Context) error {
	var begun sync.WaitGroup
	for range floodSeats {
		seat, err := l.newSeat(l.web)
		if err != nil {
			return err
		}
		for range floodConnections {
			begun.Add(1)
			in := sync.OnceFunc(begun.Done)
			l.flooding.Go(func() {
				defer in()
				for ctx.Err() == nil {
					if l.logInFrom(ctx, l.web, l.seatFor(seat), floodAddress) {
						l.turns.Add(1)
						in()
					} else {
						pause(ctx, 20*time.Millisecond)
					}
				}
			})
		}
	}
	begun.Wait()
	return nil
}

// seatFor is the seat of the flood's next request, which may be a new one.
func (l *loginFlood) seatFor(seat string) string {
	if !l.madeUp {
		return seat
	}
	made, _ := l.newSeat(l.web)
	return made
}

// others log in once, all at the same time.
func (l *loginFlood) others(ctx context.Context) error {
	var others sync.WaitGroup
	defer others.Wait()
	for i := range floodOthers {
		seat, err := l.newSeat(l.web)
		if err != nil {
			return err
		}
		address := fmt.Sprintf("198.51.100.%d", i)
		switch {
		case i%3 == 0:
			address = floodAddress
		case i%2 == 0:
			seat = ""
		}
		others.Go(func() { l.logInOnce(ctx, seat, address) })
	}
	return nil
}

func (l *loginFlood) logInOnce(ctx context.Context, seat, address string) {
	before := l.turns.Load()
	if l.logInFrom(ctx, l.web, seat, address) {
		l.loggedIn.Add(1)
	}
	for took := l.turns.Load() - before; ; {
		if old := l.most.Load(); took <= old || l.most.CompareAndSwap(old, took) {
			return
		}
	}
}

// newSeat is a seat for somebody who has just come.
func (s *site) newSeat(web *http.Client) (string, error) {
	answer, err := web.Get("http://" + s.address + "/api/session/me")
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	for _, cookie := range answer.Cookies() {
		if cookie.Name == "seat" {
			return cookie.Value, nil
		}
	}
	return "", fmt.Errorf("no seat: %v", answer.Header)
}

// logInFrom logs ada in with a seat, from an address, and reports whether that worked.
func (s *site) logInFrom(ctx context.Context, web *http.Client, seat, address string) bool {
	request, err := http.NewRequestWithContext(ctx, "POST", "http://"+s.address+"/api/session/login", strings.NewReader(`{"username":"ada","password":"lovelace"}`))
	if err != nil {
		return false
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Forwarded-For", address)
	if seat != "" {
		request.Header.Set("Seat", seat)
	}
	answer, err := web.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode == http.StatusOK
}

package process

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"
)

// stream opens a stream of the seat, which ends with ctx, and returns the status of its answer.
func (s *visit) stream(ctx context.Context, seat string) int {
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/api/traces/events", nil)
	if err != nil {
		s.t.Error(err)
		return 0
	}
	r.Header.Set("Seat", seat)
	answered, err := (&http.Client{Transport: s.client.Transport}).Do(r)
	if err != nil {
		s.t.Error(err)
		return 0
	}
	context.AfterFunc(ctx, func() { answered.Body.Close() })
	return answered.StatusCode
}

// C4: somebody holds a thousand streams with seats made for that, at the address of a class. Thirty
// who logged in, or are in a lab, get theirs all the same, and more made-up seats get none.
func TestMadeSeatsHoldNoStreamFromOthers(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx, end := context.WithTimeout(t.Context(), 5*time.Minute)
	defer end()
	s.client.Transport = &http.Transport{}
	made := func() string {
		other := s.newSeat()
		other.call("GET", "/api/session/me", "")
		return other.cookieFor("/", "seat")
	}
	var opening sync.WaitGroup
	for range 125 {
		seat := made()
		opening.Go(func() {
			for range 8 {
				if status := s.stream(ctx, seat); status != 200 {
					t.Errorf("a made-up seat: %d", status)
				}
			}
		})
	}
	opening.Wait()
	if first, second := s.stream(ctx, made()), s.stream(ctx, made()); first != 200 || second != 200 {
		t.Errorf("one who has none, where others have eight each: %d, %d", first, second)
	}
	for i := range 30 {
		student := s.newSeat()
		student.call("GET", "/labs", "")
		if i%10 == 0 {
			student.beginLab("roles")
			student.sessionMe()
		} else if a := student.call("POST", "/api/session/login", ada); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if status := s.stream(ctx, student.cookieFor("/", "seat")); status != 200 {
			t.Errorf("student %d: %d", i, status)
		}
	}
}

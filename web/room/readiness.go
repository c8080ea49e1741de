package room

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/httpio"
	"twodoors/web/trace/tell"
)

// readyTimeout is how long a server may take to say whether it is ready. It says so within
// a second.
const readyTimeout = 1500 * time.Millisecond

// unready is what one server misses, as it says, or why it does not say.
type unready struct {
	server  *Server
	missing string
	cause   error
}

// CanServe asks all servers at once whether they are ready, and is content with the first
// that is. Else it returns in sentences what is missing, and the cause for the log.
func (r *Room) CanServe(ctx context.Context) (missing string, cause error) {
	asked, answers := 0, make(chan unready, MaxServers)
	for _, s := range r.all() {
		if p := s.serving(); p != nil {
			asked++
			go func() {
				missing, err := r.askReady(ctx, p)
				answers <- unready{s, missing, err}
			}()
		}
	}
	if asked == 0 {
		absence := r.Absence()
		return "No server is ready: " + tell.Why(absence.Why, absence.Facts...) + ".", nil
	}
	var all []unready
	for range asked {
		answer := <-answers
		if answer.missing == "" {
			return "", nil
		}
		all = append(all, answer)
	}
	slices.SortFunc(all, func(a, b unready) int { return a.server.Number - b.server.Number })
	telling := max(0, slices.IndexFunc(all, func(u unready) bool { return u.cause == nil })) // who said why
	return fmt.Sprintf("No server is ready. Server %d: %s", all[telling].server.Number, all[telling].missing), all[telling].cause
}

// askReady asks one process, and returns what it says is missing.
func (r *Room) askReady(ctx context.Context, p *process) (missing string, err error) {
	answer, err := r.get(ctx, p, "/readyz", readyTimeout)
	if err != nil {
		return "It does not answer.", err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return "", nil
	}
	var said httpio.Problem
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	if err != nil || said.Detail == "" {
		return "It does not say why it is not ready.", errors.Join(errors.New(answer.Status), err)
	}
	return said.Detail, nil
}

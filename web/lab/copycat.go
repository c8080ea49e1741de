package lab

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/go-json-experiment/json"

	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// copycat is a client of the lab's own that was handed a copy of a refresh token. It
// uses it when it is told to, and keeps what it gets for it.
type copycat struct {
	*Client

	mu      sync.Mutex
	refresh string // the newest that it has
	access  string
}

// Use is what came of one use of a stolen refresh token.
type Use struct {
	Refresh int `json:"refresh"`     // the status of the answer
	Me      int `json:"me,omitzero"` // what the protected page then said to the new access token
}

// use refreshes so many times, as long as it is let, and then calls the protected
// page.
func (c *copycat) use(ctx context.Context, times int) (came Use) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range times {
		status, answer := c.do(ctx, http.MethodPost, "/api/token/refresh", nil, map[string]string{"refresh_token": c.refresh})
		came.Refresh = status
		if status != http.StatusOK {
			return came
		}
		var issued struct {
			Refresh string `json:"refresh_token"`
			Access  string `json:"access_token"`
		}
		if json.Unmarshal(answer, &issued) == nil {
			c.refresh, c.access = issued.Refresh, issued.Access
		}
	}
	came.Me, _ = c.do(ctx, http.MethodGet, "/api/token/me", http.Header{"Authorization": {"Bearer " + c.access}}, nil)
	return came
}

// copycats are all there are, one for a seat at most.
type copycats struct {
	labs *Labs
	held hold[*copycat]
}

// maxUses is how often one request may have it refresh.
const maxUses = 3

// use answers POST /api/labs/expiry/thief: with a refresh token it begins with that,
// without it goes on with what it has.
func (cs *copycats) use(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	asked := struct {
		Refresh string `json:"refresh_token"`
		Times   int    `json:"times"`
	}{Times: 1}
	if r.ContentLength != 0 {
		if err := request.JSON(r, &asked); err != nil {
			fault, _ := errors.AsType[*request.Fault](err)
			response.Refuse(w, response.Problem{Status: fault.Status, Detail: fault.Detail})
			return
		}
	}
	s := seat.From(r.Context())
	if asked.Refresh != "" {
		c := &copycat{Client: newClient(thiefName, cs.labs.Address, s), refresh: asked.Refresh}
		if !cs.held.put(s.Name(), c, c.leave) {
			response.Refuse(w, response.Problem{Status: http.StatusTooManyRequests, Detail: "A hundred thieves are at work already. Try again in ten minutes."})
			return
		}
	}
	c, ok := cs.held.get(s.Name())
	if !ok {
		response.Refuse(w, response.Problem{Status: http.StatusConflict, Detail: "The thief has nothing: hand it your refresh token first. What it was handed it forgets after ten minutes."})
		return
	}
	response.JSON(w, http.StatusOK, c.use(r.Context(), min(max(asked.Times, 1), maxUses)))
}

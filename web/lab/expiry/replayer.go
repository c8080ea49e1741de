package expiry

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/go-json-experiment/json"

	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// replayer has a copy of a refresh token. It uses the copy when told to, and keeps the tokens that it receives.
type replayer struct {
	client *lab.Client

	mu      sync.Mutex
	refresh string // the newest that it has
	access  string
}

// replay is what came of one use of a stolen refresh token.
type replay struct {
	Refresh int `json:"refresh"`     // the status of the answer
	Me      int `json:"me,omitzero"` // what the protected page then said to the new access token

	Says string `json:"says"`
}

// says tells what came of so many uses.
func (r replay) says(times int) string {
	often := map[int]string{1: "", 2: " twice", 3: " three times"}[times]
	switch {
	case r.Refresh == 0:
		return "The thief got no answer."
	case r.Refresh != http.StatusOK:
		return fmt.Sprintf("The thief's refresh is refused: %d.", r.Refresh)
	case r.Me != http.StatusOK:
		return fmt.Sprintf("The thief refreshed%s, but its new access token is refused: %d.", often, r.Me)
	}
	return "The thief refreshed" + often + " and is logged in as you."
}

// use refreshes so many times, until it is refused, and then calls the protected page.
func (p *replayer) use(ctx context.Context, times int) (result replay) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range times {
		status, answer := p.client.Do(ctx, http.MethodPost, "/api/token/refresh", nil, map[string]string{"refresh_token": p.refresh})
		result.Refresh = status
		if status != http.StatusOK {
			return result
		}
		var issued struct {
			Refresh string `json:"refresh_token"`
			Access  string `json:"access_token"`
		}
		if json.Unmarshal(answer, &issued) == nil {
			p.refresh, p.access = issued.Refresh, issued.Access
		}
	}
	result.Me, _ = p.client.Do(ctx, http.MethodGet, "/api/token/me", http.Header{"Authorization": {"Bearer " + p.access}}, nil)
	return result
}

// replayers are all that there are, one for a seat at most.
type replayers struct {
	labs   *lab.Labs
	bySeat lab.BoundedMap[*replayer]
}

// Bounds on one request: how many refreshes it may ask for, and how long the refresh token is that the thief
// keeps. Those of this site have fewer than a hundred bytes.
const (
	maxTimes = 3
	maxToken = 1000
)

// use answers POST /api/labs/expiry/thief: the thief starts with the refresh token that it is sent, or goes on with
// the one that it has.
func (ps *replayers) use(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	asked := struct {
		Refresh string `json:"refresh_token"`
		Times   int    `json:"times"`
	}{Times: 1}
	if r.ContentLength != 0 {
		if err := httpio.ReadJSON(r, &asked); err != nil {
			lab.Refuse(w, err)
			return
		}
	}
	if len(asked.Refresh) > maxToken {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: "This is too long for a refresh token of this site. Log in at the token door and send the one that you get."})
		return
	}
	s := seat.From(r.Context())
	if asked.Refresh != "" {
		p := &replayer{client: ps.labs.Client(lab.Thief, s), refresh: asked.Refresh}
		ps.bySeat.Put(s.Name(), p, p.client.Close)
	}
	p, ok := ps.bySeat.Get(s.Name())
	if !ok {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "The thief has no refresh token. Let it copy yours first; it deletes its copies after ten minutes."})
		return
	}
	times := min(max(asked.Times, 1), maxTimes)
	result := p.use(r.Context(), times)
	result.Says = result.says(times)
	httpio.WriteJSON(w, http.StatusOK, result)
}

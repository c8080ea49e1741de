package edge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// Turns has requests wait for their turn: those for which a server hashes a password or makes
// a key. Every other goes on at once. It belongs to the process that visitors connect to, which sees
// them all, so the servers behind a front need no queue.
type Turns struct {
	Gate      *turns.Gate
	ErrorPage ErrorPage
}

// takesTurn reports whether a request waits. These paths are those that net/http finds the handlers
// by: any other spelling of one finds none, or is sent to this one.
func takesTurn(r *http.Request) bool {
	if r.Method != http.MethodPost {
		return false
	}
	switch r.URL.Path {
	case "/signup", "/api/signup", "/api/account/password", "/servers/keys", "/api/keys/rotate":
		return true
	}
	return logsIn(r)
}

func logsIn(r *http.Request) bool {
	switch r.URL.Path {
	case "/session/login", "/api/session/login", "/api/token/login":
		return true
	}
	return false
}

// Before lets requests wait before they go on to next.
func (t Turns) Before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !takesTurn(r) || !arrive(r) {
			next.ServeHTTP(w, r)
			return
		}
		done, err := t.Gate.Begin(w, r, turns.Brief)
		if err != nil {
			t.refuse(w, r, err)
			return
		}
		defer done()
		next.ServeHTTP(&taking{w, t.Gate, r, done}, finishing(r))
	})
}

// finishing is a request that goes on when its visitor has gone: a hash that has begun is computed
// to its end, so its turn has to last as long.
func finishing(r *http.Request) *http.Request {
	return r.WithContext(context.WithoutCancel(r.Context()))
}

// arrive reads a body before its request waits, so that nobody who sends it slowly holds a turn. It
// reports false of one that does not arrive whole or is too large: what comes next refuses that, as
// it would have without us.
func arrive(r *http.Request) bool {
	if r.ContentLength > httpio.MaxBody {
		return false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, httpio.MaxBody+1))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	return err == nil && len(body) <= httpio.MaxBody
}

// refuse answers a request that got no turn.
func (t Turns) refuse(w http.ResponseWriter, r *http.Request, err error) {
	refusal, ok := errors.AsType[*turns.Refusal](err)
	if !ok {
		panic(http.ErrAbortHandler) // the visitor is gone
	}
	problem := refusal.Problem()
	if isAPI(r) {
		httpio.Refuse(w, problem)
		return
	}
	w.Header().Set("Retry-After", httpio.Seconds(problem.RetryAfter))
	t.ErrorPage(w, r, problem.Status, problem.Detail)
}

// taking is the answer to a request that has a turn. The turn ends when the answer begins: whoever
// reads slowly holds none.
type taking struct {
	http.ResponseWriter
	gate    *turns.Gate
	request *http.Request
	done    func()
}

// WriteHeader notes who has logged in.
func (t *taking) WriteHeader(status int) {
	if status >= http.StatusOK {
		if logsIn(t.request) && (status == http.StatusOK || status == http.StatusSeeOther) {
			t.gate.Remember(door.ClientOf(t.request.Context()).Seat)
		}
		t.done()
	}
	t.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (t *taking) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// Show answers GET /api/turns: how many requests are served before the one of this seat that waits.
func (t Turns) Show(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	before, waiting := t.Gate.Before(door.ClientOf(r.Context()).Seat)
	httpio.WriteJSON(w, http.StatusOK, struct {
		Before  int  `json:"before"`
		Waiting bool `json:"waiting"`
	}{before, waiting})
}

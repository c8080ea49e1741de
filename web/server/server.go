// Package server is one server: the application that both doors lead into: one server's pages
// and API. Its handlers read a request, call one thing, and write the answer;
// they see a visitor and do not know which door was used.
//
// It knows the doors and the layout. It does not know whether a front stands
// before it. Start reading at routes.go.
package server

import (
	"context"
	"log/slog"
	"net/http"
	"sync"

	"twodoors/data"
	"twodoors/views/layout"
	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/health"
	"twodoors/web/httpio"
	"twodoors/web/session"
	"twodoors/web/token"
	"twodoors/web/trace"
)

// Accounts checks who somebody is, and makes accounts.
type Accounts interface {
	Check(ctx context.Context, username, password string) (data.User, error)
	SignUp(ctx context.Context, username, password string) (data.User, error)
	ChangePassword(ctx context.Context, username, before, after string) (data.User, error)
	ChangeRole(ctx context.Context, by, username, role string) error
}

// Server is what one server needs to answer.
type Server struct {
	Identity edge.Identity
	Accounts Accounts
	Session  *session.Door
	Token    *token.Door
	Page     func(title, active string) layout.Page // the frame of a page
	Database Database
	Closing  <-chan struct{} // closed when the server is about to end

	ready     sync.Once // makes readiness: one for all who ask
	readiness *health.Readiness
}

// authorizer is a door, as seen from inside.
type authorizer interface {
	Authorize(r *http.Request, role string) (door.Visitor, error)
	Challenge(*door.Refusal) string
	DropStrays(w http.ResponseWriter, r *http.Request) // cookies of others that keep a visitor out
}

// refuser answers a request that an error ended.
type refuser func(w http.ResponseWriter, r *http.Request, refusal *door.Refusal)

// visited answers a visitor whom a door let in.
type visited func(w http.ResponseWriter, r *http.Request, visitor door.Visitor)

// behind lets through a door, to a handler, those who may.
func behind(d authorizer, role string, refuse refuser, next visited) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		visitor, err := d.Authorize(r, role)
		if err != nil {
			refuseWith(d, refuse, w, r, err)
			return
		}
		trace.Admit(r.Context(), visitor.Username)
		next(w, r, visitor)
	}
}

// refuseWith answers who did not come through a door, with its challenge.
func refuseWith(d authorizer, refuse refuser, w http.ResponseWriter, r *http.Request, err error) {
	refusal := asRefusal(r, err)
	d.DropStrays(w, r)
	if challenge := d.Challenge(refusal); challenge != "" {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	refuse(w, r, refusal)
}

// asRefusal turns any error into what the visitor is told, and logs what they
// are not told.
func asRefusal(r *http.Request, err error) *door.Refusal {
	switch refusal := err.(type) {
	case *door.Refusal:
		if refusal.Cause != nil {
			slog.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", refusal.Cause)
		}
		return refusal
	case *httpio.Fault:
		return &door.Refusal{Status: refusal.Status, Kind: door.Malformed, Detail: refusal.Detail}
	}
	slog.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", err)
	return &door.Refusal{Status: http.StatusInternalServerError, Kind: door.Unavailable, Detail: "Something went wrong inside Two Doors. The log says what; try again."}
}

// problem answers the API.
func problem(w http.ResponseWriter, _ *http.Request, refusal *door.Refusal) {
	httpio.Refuse(w, httpio.Problem{Status: refusal.Status, Detail: refusal.Detail, RetryAfter: refusal.RetryAfter})
}

// failed answers the API when an error ended the request.
func failed(w http.ResponseWriter, r *http.Request, err error) {
	problem(w, r, asRefusal(r, err))
}

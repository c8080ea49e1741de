// Package door holds what both doors end in: the visitor who was let in, or the
// refusal that kept them out. What comes after a door reads only this, and does
// not know which of the two was used.
//
// It knows the trace, and neither sessions nor tokens nor pages.
package door

import (
	"context"
	"net/http"

	"twodoors/web/trace"
)

// The names of the two doors.
const (
	Session = "session"
	Token   = "token"
)

// The roles that an account can have.
const (
	RoleUser  = "user"
	RoleAdmin = "admin"
)

// AnyRole asks for no role in particular.
const AnyRole = ""

// Visitor is somebody who was let in.
type Visitor struct {
	Door     string
	UserID   int64
	Username string
	Role     string
}

// CheckRole decides whether the visitor may do what needs a role: the step after
// authentication, the same behind both doors.
func CheckRole(ctx context.Context, v Visitor, need string) error {
	step := trace.Next(ctx, trace.RoleCheck)
	if need != AnyRole && need != v.Role {
		step.Refuse(trace.RoleInsufficient, trace.Text("need", need), trace.Text("user", v.Username), trace.Text("role", v.Role))
		return &Refusal{
			Status: http.StatusForbidden,
			Kind:   WrongRole,
			Detail: "Your role is " + v.Role + ", and this page requires " + need + ". Log in with an account that has it.",
		}
	}
	step.Pass(trace.Text("user", v.Username), trace.Text("role", v.Role))
	return nil
}

// Package reply is how the front's own pages and API answer: what they say of an error,
// and to whom.
package reply

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"twodoors/data"
	"twodoors/web/class"
	"twodoors/web/httpio"
	"twodoors/web/room"
	"twodoors/web/seat"
)

// statuses are those of a room's refusals.
var statuses = map[room.RefusalKind]int{
	room.Invalid:     http.StatusUnprocessableEntity,
	room.NotFound:    http.StatusNotFound,
	room.Conflict:    http.StatusConflict,
	room.Unavailable: http.StatusServiceUnavailable,
}

// ProblemOf is what a visitor is told about an error; what they are not told is logged.
func ProblemOf(ctx context.Context, err error) httpio.Problem {
	if fault, ok := errors.AsType[*httpio.Fault](err); ok {
		problem := httpio.Problem{Status: fault.Status, Detail: fault.Detail, RetryAfter: fault.After}
		if fault.Status == http.StatusServiceUnavailable && fault.After == 0 {
			problem.RetryAfter = time.Second
		}
		return problem
	}
	if refusal, ok := errors.AsType[*room.Refusal](err); ok {
		return httpio.Problem{Status: statuses[refusal.Kind], Detail: refusal.Detail, RetryAfter: refusal.After}
	}
	slog.ErrorContext(ctx, "the front failed", "err", err)
	detail := cmp.Or(data.KindOf(err).Sentence(), "This did not work. The log says why; try again in a second.")
	return httpio.Problem{Status: http.StatusServiceUnavailable, Detail: detail, RetryAfter: time.Second}
}

// Refuse answers a request of which nothing came.
func Refuse(w http.ResponseWriter, r *http.Request, err error) {
	httpio.Refuse(w, ProblemOf(r.Context(), err))
}

// IsAPI reports whether a request is for the API.
func IsAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// WantsPage reports whether a browser sent a request from a form, without a script.
func WantsPage(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Accept"), "text/html") }

// Seat names the seat of a request without its secret.
func Seat(r *http.Request) string { return seat.From(r.Context()).Name() }

// Actor says to a seat who did something, by that one's name.
func Actor(did, seat string) string {
	switch did {
	case "":
		return ""
	case class.Lecturer:
		return "your lecturer"
	case seat:
		return "you"
	}
	return "another seat"
}

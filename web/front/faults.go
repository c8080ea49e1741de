package front

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"twodoors/data"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/room"
)

// statuses are those of a room's refusals.
var statuses = map[room.RefusalKind]int{
	room.Invalid:     http.StatusUnprocessableEntity,
	room.NotFound:    http.StatusNotFound,
	room.Conflict:    http.StatusConflict,
	room.Unavailable: http.StatusServiceUnavailable,
}

// problemOf is what a visitor is told about an error; what they are not told is logged.
func problemOf(ctx context.Context, err error) response.Problem {
	if fault, ok := errors.AsType[*request.Fault](err); ok {
		problem := response.Problem{Status: fault.Status, Detail: fault.Detail}
		if fault.Status == http.StatusServiceUnavailable {
			problem.RetryAfter = time.Second
		}
		return problem
	}
	if refusal, ok := errors.AsType[*room.Refusal](err); ok {
		return response.Problem{Status: statuses[refusal.Kind], Detail: refusal.Detail, RetryAfter: refusal.After}
	}
	slog.ErrorContext(ctx, "the front failed", "err", err)
	detail := cmp.Or(data.KindOf(err).Sentence(), "This did not work just now. The log says why; try again in a second.")
	return response.Problem{Status: http.StatusServiceUnavailable, Detail: detail, RetryAfter: time.Second}
}

// refuse answers a request of which nothing came.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	response.Refuse(w, problemOf(r.Context(), err))
}

// isAPI reports whether a request is for the API, and wantsPage whether a browser sent it
// from a form, without a script.
func isAPI(r *http.Request) bool     { return strings.HasPrefix(r.URL.Path, "/api/") }
func wantsPage(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Accept"), "text/html") }

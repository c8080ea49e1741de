package store

import (
	"net/http"

	"twodoors/web/lab"
	"twodoors/web/trace"
)

// CarelessAnswer is what a careless site would have answered where this one did what
// was seen, and its mistake in a sentence, none when it would have answered the same.
// It decides about nothing but what stands on the lab's page.
func CarelessAnswer(s lab.Seen) (status int, mistake string) {
	switch {
	case s.Reason == trace.SessionFind && lab.Failed(s):
		return http.StatusUnauthorized, "Careless is: to take “the store does not answer” for “the store has no such session”."
	case s.Reason == trace.SessionCreate && lab.Failed(s):
		return http.StatusOK, "Careless is: not to look whether the store has taken a new session. The cookie that it sends opens nothing."
	}
	return s.Status, ""
}

package store

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"twodoors/web/lab"
	"twodoors/web/trace"
)

// CarelessAnswer is what a careless site would have answered in place of what was seen, and its mistake as a
// sentence, empty when it would have answered the same. It decides nothing but what the lab's page shows.
func CarelessAnswer(s lab.Seen) (status int, mistake string) {
	switch {
	case s.Reason == trace.SessionFind && lab.Failed(s):
		return http.StatusUnauthorized, "A careless site reads “no answer” as “no such session”."
	case s.Reason == trace.SessionCreate && lab.Failed(s):
		return http.StatusOK, "A careless site never checks that the store saved the new session, so the cookie it sends opens nothing."
	}
	return s.Status, ""
}

// CarelessWord is the status of that answer, or “same” when it is this site's.
func CarelessWord(s lab.Seen) string {
	status, mistake := CarelessAnswer(s)
	if mistake == "" {
		return "same"
	}
	return strconv.Itoa(status)
}

// Mistakes are all that a careless site would have made, each once.
func Mistakes(calls []lab.TaskDeeds) string {
	var made []string
	for _, task := range calls {
		for _, s := range task.Deeds {
			if _, mistake := CarelessAnswer(s); mistake != "" && !slices.Contains(made, mistake) {
				made = append(made, mistake)
			}
		}
	}
	return strings.Join(made, " ")
}

// Calls are the requests to the session door that the lab's page compares.
func Calls(p *lab.Progress) []lab.TaskDeeds {
	return p.DeedsByTask(func(s lab.Seen) bool { return s.Door == "session" })
}

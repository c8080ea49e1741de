package store_test

import (
	"testing"

	"twodoors/web/lab"
	"twodoors/web/lab/store"
	"twodoors/web/trace"
)

// S11: the careless answer differs from ours exactly where the store did not answer.
func TestCarelessAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		reason  trace.Name
		outcome trace.Outcome
		status  int
		answer  int
	}{
		{trace.SessionFind, trace.Failed, 503, 401},
		{trace.SessionCreate, trace.Failed, 503, 200},
		{trace.SessionFind, trace.Denied, 401, 401},
		{trace.UserLoad, trace.Failed, 503, 503},
		{trace.PasswordCheck, trace.Denied, 401, 401},
		{trace.NoStep, trace.Allowed, 200, 200},
	} {
		status, mistake := store.CarelessAnswer(lab.Seen{Reason: test.reason, Outcome: test.outcome, Status: test.status})
		if status != test.answer || (mistake == "") != (status == test.status) {
			t.Errorf("%s %s: %d %q", test.outcome, test.reason, status, mistake)
		}
	}
}

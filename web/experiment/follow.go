package experiment

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"twodoors/web/trace/tell"
)

// told is how far an experiment is, as a site tells it.
type told[R Result] struct {
	State      string           `json:"state"`
	Done       int              `json:"done"`
	Total      int              `json:"total"`
	Doing      string           `json:"doing"`
	Result     R                `json:"result"`
	Fault      string           `json:"fault"` // a sentence
	Incomplete *IncompleteError `json:"incomplete"`
}

// askAgain is the time between two questions how far an experiment is.
const askAgain = 100 * time.Millisecond

// On has a site run an experiment, and follows it to its end. The result and the error are
// those that Run tells of.
func On[R Result](ctx context.Context, s *Site, name string, o Options, report func(Progress)) (result R, err error) {
	visitor, path := s.Client("visitor"), "/api/experiments/"+name
	defer visitor.Leave()
	if _, err = visitor.Must(ctx, "GET", path, nil, nil); err == nil { // the answer brings a seat
		_, err = visitor.Must(ctx, "POST", path, o, nil)
	}
	for err == nil {
		var now told[R]
		if _, err = visitor.Must(ctx, "GET", path, nil, &now); err != nil {
			break
		}
		if now.State == "done" || now.State == "failed" {
			return now.Result, now.failure()
		}
		report(Progress{now.Done, now.Total, now.Doing, now.Result})
		err = pause(ctx, askAgain)
	}
	return result, cmp.Or(s.over(ctx), err)
}

// failure is why an experiment has no whole result; nil when it has.
func (t told[R]) failure() error {
	switch {
	case t.Incomplete != nil:
		return t.Incomplete
	case t.State == "failed":
		return errors.New(strings.TrimSuffix(tell.Lower(t.Fault), "."))
	}
	return nil
}

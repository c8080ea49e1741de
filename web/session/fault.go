package session

import (
	"context"
	"errors"

	"twodoors/web/door"
	"twodoors/web/redisio"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// why is the reason of a step that failed because the store did: what Redis answered, or
// else what could not be done with the session.
func why(err error, otherwise trace.Why) (trace.Why, []trace.Fact) {
	if fault, ok := errors.AsType[*redisio.Fault](err); ok && fault.Refuses {
		return trace.StoreRefuses, []trace.Fact{trace.Text("fault", fault.Code)}
	}
	return otherwise, nil
}

// refuse ends a step because the store failed.
func refuse(step trace.Running, err error, otherwise trace.Why) {
	reason, saw := why(err, otherwise)
	step.Refuse(reason, saw...)
}

// Ready returns a sentence when sessions can be neither found nor kept, and why.
func (d *Door) Ready(ctx context.Context) (missing string, cause error) {
	err := d.Store.Ready(ctx)
	if err == nil {
		return "", nil
	}
	reason, saw := why(err, trace.StoreUnavailable)
	return "Sessions cannot be stored: " + d.Store.Where() + " " + tell.Why(reason, saw...) + ".", err
}

// failure refuses because the store failed. Trying again helps when it was for a moment
// only; when Redis refuses, somebody has to change something first.
func (d *Door) failure(detail string, err error) error {
	fault, ok := errors.AsType[*redisio.Fault](err)
	if !ok || !fault.Refuses {
		return door.Failure(detail, err)
	}
	detail += " " + d.Store.Where() + ", which stores the sessions, " + tell.Redis(fault.Code) + "."
	if fault.Passing {
		return door.Failure(detail, err)
	}
	return door.FailureWith(detail, "The person who runs this site must fix that.", err)
}

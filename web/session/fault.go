package session

import (
	"context"
	"errors"

	"twodoors/web/door"
	"twodoors/web/redisio"
)

// saw is what a step saw of a store that failed: what Redis did, or else what it could
// not do with the session.
func saw(err error, otherwise string) string {
	if fault, ok := errors.AsType[*redisio.Fault](err); ok {
		return fault.Words
	}
	return otherwise
}

// Ready returns a sentence when sessions can be neither found nor kept, and why.
func (d *Door) Ready(ctx context.Context) (missing string, cause error) {
	err := d.Store.Ready(ctx)
	if err == nil {
		return "", nil
	}
	return "The sessions cannot be kept: " + d.Store.Where() + " " + saw(err, "does not answer") + ".", err
}

// failure refuses because the store failed. Trying again helps when it was for a moment
// only; when Redis refuses, somebody has to change something first.
func failure(detail string, err error) error {
	fault, ok := errors.AsType[*redisio.Fault](err)
	if !ok || !fault.Refuses {
		return door.Failure(detail, err)
	}
	detail += " Redis, which keeps the sessions, " + fault.Words + "."
	if fault.Passing {
		return door.Failure(detail, err)
	}
	return door.FailureWith(detail, "Whoever runs this site must fix that.", err)
}

package process

import (
	"slices"
	"testing"

	"twodoors/tests/cluster"
)

// A server that lives and cannot go by a change is named by every change from then on, as it may still trust a key that
// the others have retired.
func TestServerThatCannotFollowIsNamedByEachChange(t *testing.T) {
	t.Parallel()
	db := cluster.Shared(t).Database(t)
	first := openOn(t, db, "server", spoken, "--redis=redis://127.0.0.1:1")
	behind := openOn(t, db, "server", "--number=2") // without a Redis
	behind.logIn()
	first.lecturer()
	var outcome rotated
	first.call("PATCH", "/api/settings", `{"store":"redis"}`).into(t, &outcome)
	if !slices.Equal(outcome.Missing, []string{"server 2"}) {
		t.Errorf("the first change misses %q", outcome.Missing)
	}
	first.call("POST", "/api/keys/rotate", `{"retire":true}`).into(t, &outcome)
	if a := behind.tokenMe(); a.status == 200 && !slices.Equal(outcome.Missing, []string{"server 2"}) {
		t.Errorf("the second change misses %q, and server 2 trusts the retired key", outcome.Missing)
	}
}

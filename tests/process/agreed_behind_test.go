package process

import (
	"net"
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

// A server that cannot start, however often it is tried, is not waited for by those that run.
func TestServerThatCannotStartIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	db := cluster.Shared(t).Database(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	first := openOn(t, db, "server", spoken)
	if out, status := run(t, "server", "--listen=localhost:0", "--db="+db, "--number=2", "--metrics="+taken.Addr().String()); status != 1 {
		t.Fatalf("status %d: %s", status, out)
	}
	var outcome rotated
	first.lecturer().call("POST", "/api/keys/rotate", `{}`).into(t, &outcome)
	if outcome.KeyID == "" || len(outcome.Missing) != 0 {
		t.Errorf("%+v", outcome)
	}
}

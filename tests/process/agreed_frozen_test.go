//go:build unix

package process

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"twodoors/tests/cluster"
)

// A server that does not follow is named once its time is over, and refuses the old keys when it is back.
func TestServerThatDoesNotFollowIsNamed(t *testing.T) {
	t.Parallel()
	servers := lone(t, cluster.Shared(t).Database(t), 3, spoken)
	frozen := servers[2]
	frozen.logIn()
	if err := frozen.Cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var outcome rotated
	servers[0].lecturer().call("POST", "/api/keys/rotate", `{"retire":true}`).into(t, &outcome)
	if !slices.Equal(outcome.Missing, []string{"server 3"}) || outcome.Invalidated != 1 {
		t.Errorf("%+v", outcome)
	}
	if a := frozen.at(servers[1]).tokenMe(); a.status != 401 {
		t.Errorf("at a server that follows: %d %s", a.status, a.body)
	}
	began := time.Now()
	servers[0].call("POST", "/api/keys/rotate", `{}`).into(t, &outcome)
	if took := time.Since(began); len(outcome.Missing) != 0 || took > 3*time.Second {
		t.Errorf("the next one waited %v for it as well: %+v", took, outcome)
	}
	if err := frozen.Cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	frozen.until("it refuses the retired key", func() bool { return frozen.tokenMe().status == 401 })
	frozen.until("it is listed again", func() bool {
		servers[0].call("POST", "/api/keys/rotate", `{}`).into(t, &outcome)
		frozen.logIn()
		return strings.Contains(frozen.header(), outcome.KeyID)
	})
}

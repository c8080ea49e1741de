package process

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"twodoors/tests/cluster"
)

// A front and a server without one end soon, whatever PostgreSQL does meanwhile.
func TestProcessesEndWhilePostgreSQLHangs(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"serve", "server"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			postgres, err := cluster.New()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { postgres.Stop() })
			s := openOn(t, postgres.Database(t), command, "--store=postgres")
			s.logIn()
			frozen := append(childrenOf(postgres.PID()), postgres.PID())
			for _, pid := range frozen {
				kill(pid, syscall.SIGSTOP)
			}
			t.Cleanup(func() {
				for _, pid := range slices.Backward(frozen) {
					kill(pid, syscall.SIGCONT)
				}
			})
			began := time.Now()
			if err := s.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := s.Ended(t); err != nil || time.Since(began) > 10*time.Second {
				t.Errorf("%v after %s", err, time.Since(began))
			}
			t.Logf("it took %s", time.Since(began))
		})
	}
}

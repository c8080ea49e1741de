//go:build linux

package process

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	_ "modernc.org/sqlite"

	"twodoors/web/redisd"
)

// eachKind runs a test with a front and its server, and with a server alone.
func eachKind(t *testing.T, test func(t *testing.T, open func(arguments ...string) *visit)) {
	for name, command := range map[string][]string{"front": nil, "alone": {"server"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, func(arguments ...string) *visit { return open(t, append(command, arguments...)...) })
		})
	}
}

// becomes waits until /readyz is 200, or 503 with a sentence. Each answer comes within a
// second, as far as the machine is not busy.
func (s *visit) becomes(status int, says string) {
	s.t.Helper()
	s.until("/readyz is "+says, func() bool {
		began := time.Now()
		a := s.call("GET", "/readyz", "")
		if took := time.Since(began); took > 3*time.Second {
			s.t.Errorf("%d after %v", a.status, took)
		}
		if a.status == 503 && (!strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") || a.header.Get("Retry-After") == "") {
			s.t.Errorf("%v %s", a.header, a.body)
		}
		return a.status == status && strings.Contains(a.body, says)
	})
	if a := s.call("GET", "/healthz", ""); a.status != 200 {
		s.t.Errorf("/healthz: %d", a.status)
	}
}

// Ready is who can keep sessions: not while Redis is away, hangs or refuses.
func TestReadyNeedsTheSessionStore(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, open func(...string) *visit) {
		orders := redisd.Config{Password: "of-the-redis"}
		address, end := outsideRedis(t, orders)
		refused := open("--store=redis", "--redis=redis://:wrong@"+address)
		refused.becomes(503, "Redis rejects the password")
		s := open("--store=redis", "--redis=redis://:"+orders.Password+"@"+address)
		s.becomes(200, "ready")
		end()
		s.becomes(503, "Redis does not answer")
		time.Sleep(time.Second) // several probes' worth
		s.becomes(503, "Redis does not answer")
		s.Log.Await(t, `msg="not ready" needs="The session store"`)
		if n := strings.Count(s.Log.String(), `msg="not ready" needs="The session store"`); n != 1 {
			t.Errorf("the log says it %d times", n)
		}
	})
}

// A write lock that somebody holds for a moment changes nothing; one held for longer than
// the doors wait does.
func TestReadyOutlastsAShortLock(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, open func(...string) *visit) {
		s := open("--store=sqlite")
		s.becomes(200, "ready")
		other, err := sql.Open("sqlite", "file:"+s.DB+"?_txlock=immediate&_pragma=busy_timeout(5000)")
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		lock := func() *sql.Tx {
			held, err := other.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			return held
		}
		held := lock()
		for began := time.Now(); time.Since(began) < 3*time.Second; {
			if a := s.call("GET", "/readyz", ""); a.status != 200 {
				t.Errorf("locked for %v: %d %s", time.Since(began), a.status, a.body)
			}
		}
		held.Rollback()
		s.becomes(200, "ready")
		held = lock()
		s.becomes(503, "another program holds its write lock")
		held.Rollback()
		s.becomes(200, "ready")
	})
}

// A database that takes no changes, as its disk is full, or that is gone, is not ready.
func TestReadyNeedsADatabaseThatTakesChanges(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, open func(...string) *visit) {
		s := open()
		s.becomes(200, "ready")
		for _, pid := range append(s.children("server"), s.Cmd.Process.Pid) {
			limitFiles(t, pid, 0)
		}
		s.becomes(503, "cannot read or write its file")
		for _, pid := range append(s.children("server"), s.Cmd.Process.Pid) {
			limitFiles(t, pid, ^uint64(0))
		}
		s.becomes(200, "ready")
		aside := filepath.Join(t.TempDir(), "aside.db")
		if err := os.Rename(s.DB, aside); err != nil {
			t.Fatal(err)
		}
		s.becomes(503, "was moved, deleted or replaced")
		if _, err := os.Stat(s.DB); !os.IsNotExist(err) {
			t.Errorf("a database was made where it had been: %v", err)
		}
		if err := os.Rename(aside, s.DB); err != nil {
			t.Fatal(err)
		}
		s.becomes(200, "ready")
	})
}

// limitFiles lets a process write no file beyond a size, as a full disk would.
func limitFiles(t *testing.T, pid int, size uint64) {
	t.Helper()
	limit := syscall.Rlimit{Cur: size, Max: ^uint64(0)}
	_, _, fault := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if fault != 0 {
		t.Fatal(fault)
	}
}

// The front is ready while one of its servers is, and says what a server misses.
func TestFrontIsReadyWhileOneServerIs(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--store=redis")
	s.becomes(200, "ready")
	servers := s.servers()
	freezeProcess(t, servers[0].PID)
	for range 3 {
		if a := s.call("GET", "/readyz", ""); a.status != 200 {
			t.Errorf("one of two hangs: %d %s", a.status, a.body)
		}
	}
	freezeProcess(t, servers[1].PID)
	s.becomes(503, "does not answer")
	kill(servers[1].PID, syscall.SIGCONT)
	s.becomes(200, "ready")
	s.call("POST", "/api/store/stop", "")
	s.becomes(503, "Server 2: Sessions cannot be stored: Redis does not answer.")
	s.call("POST", "/api/store/start", "")
	s.becomes(200, "ready")
}

// A flood of probes is answered, and keeps nobody from the doors.
func TestFloodOfProbes(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	var flood sync.WaitGroup
	for range 50 {
		flood.Go(func() {
			for range 20 {
				if a, err := s.try("GET", "/readyz", ""); err != nil || a.status != 200 {
					t.Errorf("%v %d %s", err, a.status, a.body)
				}
			}
		})
	}
	flood.Wait()
	if a := s.sessionMe(); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

package deadline_test

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"twodoors/web/deadline"
)

const (
	near  = 50 * time.Millisecond
	far   = 1300 * time.Millisecond // beyond the look that comes next, and the one after
	never = time.Hour
)

// connect returns both ends of a connection; mine is the one with cheap deadlines.
func connect(t *testing.T, l net.Listener) (mine, theirs net.Conn) {
	t.Helper()
	theirs, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if mine, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mine.Close(); theirs.Close() })
	return mine, theirs
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := deadline.Listen(tcp.(*net.TCPListener))
	t.Cleanup(func() { l.Close() })
	return l
}

// readUntil reads until the deadline ends it, and returns when that was.
func readUntil(t *testing.T, c net.Conn) time.Time {
	t.Helper()
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("read: %v", err)
	}
	return time.Now()
}

// Whatever a deadline's distance, it ends a read when it has come, and not before.
func TestReadEndsAtItsDeadline(t *testing.T) {
	t.Parallel()
	for what, after := range map[string]time.Duration{"past": -never, "near": near, "far": far} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			mine, _ := connect(t, listen(t))
			due := time.Now().Add(after)
			if err := mine.SetReadDeadline(due); err != nil {
				t.Fatal(err)
			}
			if late := readUntil(t, mine).Sub(due); late < 0 || after > 0 && late > far {
				t.Errorf("it ended %s after its deadline", late)
			}
		})
	}
}

// net/http ends a read that waits by a deadline in the past, and then goes on.
func TestWaitingReadIsEndedAndGoesOn(t *testing.T) {
	t.Parallel()
	mine, theirs := connect(t, listen(t))
	mine.SetReadDeadline(time.Now().Add(never))
	ended := make(chan error, 1)
	go func() {
		_, err := mine.Read(make([]byte, 1))
		ended <- err
	}()
	mine.SetReadDeadline(time.Unix(1, 0))
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	mine.SetReadDeadline(time.Time{})
	theirs.Write([]byte("x"))
	if _, err := mine.Read(make([]byte, 1)); err != nil {
		t.Error(err)
	}
}

// A deadline that was put off, or taken away, does nothing when its time comes.
func TestDeadlineIsPutOff(t *testing.T) {
	t.Parallel()
	for what, instead := range map[string]time.Time{"later": time.Now().Add(never), "none": {}} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			mine, theirs := connect(t, l)
			clock, _ := connect(t, l)
			for _, after := range []time.Duration{near, far} {
				mine.SetReadDeadline(time.Now().Add(after))
				mine.SetReadDeadline(instead)
				clock.SetReadDeadline(time.Now().Add(after + near))
				readUntil(t, clock)
				theirs.Write([]byte("x"))
				if _, err := mine.Read(make([]byte, 1)); err != nil {
					t.Errorf("put off from %s: %v", after, err)
				}
			}
		})
	}
}

// A reader that does not read makes no writer wait for longer than the deadline.
func TestWriteEndsAtItsDeadline(t *testing.T) {
	t.Parallel()
	mine, _ := connect(t, listen(t))
	mine.SetDeadline(time.Now().Add(far))
	for {
		if _, err := mine.Write(make([]byte, 1<<20)); err != nil {
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error(err)
			}
			return
		}
	}
}

// After a time with nothing open, deadlines are kept as before.
func TestDeadlinesAreKeptAfterARest(t *testing.T) {
	t.Parallel()
	l := listen(t)
	first, _ := connect(t, l)
	first.Close()
	clock, _ := connect(t, listen(t))
	clock.SetReadDeadline(time.Now().Add(far))
	readUntil(t, clock)
	mine, _ := connect(t, l)
	mine.SetReadDeadline(time.Now().Add(far))
	readUntil(t, mine)
}

// BenchmarkRequest sets the deadlines that net/http sets for one request, beside what
// they cost in a connection as it comes.
func BenchmarkRequest(b *testing.B) {
	for _, cheap := range []bool{true, false} {
		name := map[bool]string{true: "noted", false: "timers"}[cheap]
		b.Run(name, func(b *testing.B) {
			tcp, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			defer tcp.Close()
			l := tcp
			if cheap {
				l = deadline.Listen(tcp.(*net.TCPListener))
			}
			theirs, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			defer theirs.Close()
			c, err := l.Accept()
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			b.ReportAllocs()
			for b.Loop() {
				now := time.Now()
				c.SetReadDeadline(now.Add(2 * time.Minute)) // for a request to come
				c.SetReadDeadline(time.Time{})
				c.SetReadDeadline(now.Add(10 * time.Second)) // for all of it
				c.SetWriteDeadline(now.Add(30 * time.Second))
				c.SetReadDeadline(time.Time{}) // while it is answered
				c.SetWriteDeadline(time.Time{})
			}
		})
	}
}

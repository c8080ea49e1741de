//go:build !coarseclock

package trace

import (
	"math/bits"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

// Stopwatch measures how long something takes. The clock behind package time ticks every
// half a millisecond on Windows, and steps take microseconds: this is the performance counter.
type Stopwatch struct{ began uint64 }

func stopwatchAt(time.Time) Stopwatch { return Stopwatch{counter().now()} }

// Elapsed is how long it has been running.
func (s Stopwatch) Elapsed() time.Duration {
	c := counter()
	high, low := bits.Mul64(c.now()-s.began, uint64(time.Second))
	nanoseconds, _ := bits.Div64(high, low, c.perSecond)
	return time.Duration(nanoseconds)
}

// performanceCounter counts from the start of the machine.
type performanceCounter struct {
	query     *syscall.LazyProc
	perSecond uint64
}

var counter = sync.OnceValue(func() performanceCounter {
	kernel := syscall.NewLazyDLL("kernel32.dll")
	c := performanceCounter{query: kernel.NewProc("QueryPerformanceCounter")}
	kernel.NewProc("QueryPerformanceFrequency").Call(uintptr(unsafe.Pointer(&c.perSecond)))
	return c
})

func (c performanceCounter) now() (count uint64) {
	c.query.Call(uintptr(unsafe.Pointer(&count)))
	return count
}

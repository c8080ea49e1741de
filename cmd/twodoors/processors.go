package main

import (
	"os"
	"runtime"
)

// shareProcessors lets one thread more run Go code than there are processors, unless
// GOMAXPROCS says how many. Front, servers and often the visitor's browser share a
// machine: while another process has the processor of a thread that is inside the
// kernel, its share of the work waits though another processor may be idle. It gives
// up that the runtime follows a container's limit when that changes later.
func shareProcessors() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
}

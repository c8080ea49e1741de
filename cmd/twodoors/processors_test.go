package main

import (
	"runtime"
	"testing"
)

// Not parallel: it concerns the whole process.
func TestOneThreadMoreThanProcessorsUnlessTold(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	t.Setenv("GOMAXPROCS", "7")
	if shareProcessors(); runtime.GOMAXPROCS(0) != before {
		t.Errorf("%d threads though somebody chose, %d before", runtime.GOMAXPROCS(0), before)
	}
	t.Setenv("GOMAXPROCS", "")
	if shareProcessors(); runtime.GOMAXPROCS(0) != before+1 {
		t.Errorf("%d threads, %d before", runtime.GOMAXPROCS(0), before)
	}
}

package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A server keeps little and allocates much, so it lets garbage grow before it collects:
// to this many bytes, and to twice what is kept when that is more. The runtime counts in
// shares of what is kept only, so its share is set anew after each collection.
const (
	leastGarbage = 48 << 20
	garbageShare = 200     // percent
	runtimeLeast = 4 << 20 // which the runtime counts where less is kept
)

// counted is what the runtime takes the share of.
var counted = [...]string{"/gc/heap/live:bytes", "/gc/scan/stack:bytes", "/gc/scan/globals:bytes"}

// collectSeldom sets the share now and, as the collector itself calls what it finalizes,
// after each collection.
func collectSeldom() {
	var samples [len(counted)]metrics.Sample
	for i, name := range counted {
		samples[i].Name = name
	}
	metrics.Read(samples[:])
	var kept uint64
	for _, sample := range samples {
		kept += sample.Value.Uint64()
	}
	debug.SetGCPercent(max(garbageShare, int(leastGarbage*100/max(kept, runtimeLeast))))
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) { collectSeldom() })
}

//go:build unix

// Package ledger breaks a running Two Doors in every way that a machine can break it,
// while people use it, and keeps a ledger: what was acknowledged to whom. Nothing that
// was acknowledged may be lost or undone, and nobody comes through a door without a
// right credential, whatever breaks and whenever.
//
// A person (person_test.go) does what people do and knows from the ledger what each
// answer must be. A fault (fault_test.go) breaks the site and repairs it. The run
// (run_test.go) has them meet. One round of all faults is part of ./test; a long run is
//
//	go test ./tests/ledger -timeout 1h -ledger 10m
package ledger

import (
	"flag"
	"os"
	"testing"

	"twodoors/tests/site"
)

// long is how much longer than one round a run goes on.
var long = flag.Duration("ledger", 0, "run rounds of faults for so long instead of one")

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(site.RunTests(m))
}

// Package process tests Two Doors as what it is: a program that is started, asked
// over HTTP, killed, and asked again.
package process

import (
	"flag"
	"os"
	"testing"

	"twodoors/tests/site"
)

// seats is how many use a site at once where that is what is tested. Before a release it is
//
//	go test ./tests/process -run AtOnce -seats 200
var seats = flag.Int("seats", 12, "have so many seats use a site at once")

func TestMain(m *testing.M) { os.Exit(site.RunTests(m)) }

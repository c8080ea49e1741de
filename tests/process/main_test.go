// Package process tests Two Doors as what it is: a program that is started, asked
// over HTTP, killed, and asked again.
package process

import (
	"os"
	"testing"

	"twodoors/tests/site"
)

func TestMain(m *testing.M) { os.Exit(site.RunTests(m)) }

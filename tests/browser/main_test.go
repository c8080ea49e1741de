// Package browser tests the pages with a real Chromium.
package browser

import (
	"os"
	"testing"

	"twodoors/tests/site"
)

func TestMain(m *testing.M) { os.Exit(site.RunTests(m)) }

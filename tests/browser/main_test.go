// Package browser tests the pages with a real Chromium.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"

	"twodoors/tests/site"
)

// chromium is the one browser of all tests. Each has a profile of its own in it,
// as if it had been opened for that test alone.
var chromium context.Context

// aName is one under which browsers give a page over plain HTTP less than under localhost.
const aName = "twodoors.test"

func TestMain(m *testing.M) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.WindowSize(1440, 1000),
		chromedp.Flag("host-resolver-rules", "MAP "+aName+" 127.0.0.1"))
	// Chromium without what only a window needs takes half the time for the same pages.
	if shell, err := exec.LookPath("chromium-headless-shell"); err == nil {
		options = append(options, chromedp.ExecPath(shell))
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	chromium, _ = chromedp.NewContext(allocator)
	if err := chromedp.Do(chromium); err != nil {
		fmt.Fprintln(os.Stderr, "open Chromium:", err)
		os.Exit(1)
	}
	status := site.RunTests(m)
	end()
	os.Exit(status)
}

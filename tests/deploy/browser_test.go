package deploy

import (
	"context"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// window is a tab of a Chromium that finds the site's name on this machine, whatever the port.
type window struct {
	t    *testing.T
	ctx  context.Context
	site string // as "https://doors.example.org:4430"
}

// open starts a Chromium and opens a tab for each address of the site.
func open(t *testing.T, sites ...string) (all []*window) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("host-resolver-rules", "MAP "+host+" 127.0.0.1"), chromedp.Flag("ignore-certificate-errors", true))
	if shell, err := exec.LookPath("chromium-headless-shell"); err == nil {
		options = append(options, chromedp.ExecPath(shell))
	}
	allocator, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	parent, leave := chromedp.NewContext(allocator)
	t.Cleanup(leave)
	if err := chromedp.Do(parent); err != nil { // else each tab has a browser of its own
		t.Fatal(err)
	}
	for _, site := range sites {
		ctx, leave := chromedp.NewContext(parent)
		t.Cleanup(leave)
		w := &window{t: t, ctx: ctx, site: site}
		w.visit("/")
		all = append(all, w)
	}
	return all
}

func (w *window) visit(path string) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, chromedp.Navigate(w.site+path)); err != nil {
		w.t.Fatalf("%s: %v", path, err)
	}
}

// says returns what an expression in the page is.
func says[T any](w *window, expression string) T {
	w.t.Helper()
	value, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits until an expression in the page is so.
func (w *window) until(what, expression string) {
	w.t.Helper()
	for began := time.Now(); !says[bool](w, "Boolean("+expression+")"); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			w.t.Fatalf("never: %s; the page says %s", what, says[string](w, fmt.Sprintf("document.body.innerText.slice(0, %d)", 800)))
		}
	}
}

package browser

import "testing"

// A browser keeps six connections to one site and no more, and a page that shows
// what happens as it happens keeps one. Whoever has many of its pages open gets the
// next one all the same: a page that nobody looks at lets its connection go, and is
// up to date when it is looked at again. Without a screen all tabs are in view, so
// this one says that they are not.
func TestManyTabsAtOnce(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	first := b
	for _, page := range []string{"/labs/restart", "/inspector", "/servers", "/labs/servers", "/inspector", "/servers", "/labs/store"} {
		b.visit(page)
		b.until("document.readyState === 'complete'")
		b.putInBackground(true)
		b = b.another()
	}
	b.begin("restart")
	first.putInBackground(false)
	first.untilText("#said", "You are in another room now") // its page was of the stage
}

// putInBackground has the page believe that nobody looks at it, or that somebody
// does again.
func (b *tab) putInBackground(hidden bool) {
	b.t.Helper()
	state := map[bool]string{true: "true", false: "false"}[hidden]
	eval[bool](b, "Object.defineProperty(document, 'hidden', {value: "+state+", configurable: true}), document.dispatchEvent(new Event('visibilitychange'))")
}

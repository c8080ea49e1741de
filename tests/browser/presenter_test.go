package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A presenter needs four keys: right and left turn the pages, down and up go from
// part to part, or from request to request, and the focus can be seen.
func TestPresenterWalksByArrowKeys(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/")
	b.press("p")
	b.until("getComputedStyle(document.querySelector('.presenter-help')).display !== 'none'")
	if size := eval[float64](b, "parseFloat(getComputedStyle(document.documentElement).fontSize)"); size < 20 {
		t.Errorf("letters of %v pixels", size)
	}
	b.prefer("light", 1440)
	b.shoot("presenter-home")
	for _, part := range []string{"document.querySelector('h1')", "document.querySelector('#door-session')", "document.querySelector('#door-token')"} {
		b.press(kb.ArrowDown)
		b.until("document.activeElement === " + part)
		if outline := eval[string](b, "getComputedStyle(document.activeElement).outlineStyle"); outline == "none" {
			t.Errorf("the focus on %s cannot be seen", part)
		}
	}
	b.press(kb.ArrowUp)
	b.until("document.activeElement.id === 'door-session'")
	b.shoot("presenter-part")

	b.press(kb.ArrowRight)
	b.until("location.pathname === '/inspector' && document.readyState === 'complete'")
	b.until("document.querySelectorAll('#rows a').length > 1")
	second := eval[string](b, "document.querySelectorAll('#rows > li')[1].dataset.id")
	b.press(kb.ArrowDown)
	b.press(kb.ArrowDown)
	b.until("document.activeElement.closest('#rows li')?.dataset.id === '" + second + "'")
	b.until("document.querySelector('#chosen .trace').dataset.id === '" + second + "'")
	b.shoot("presenter-inspector")
	b.press(kb.ArrowLeft)
	b.until("location.pathname === '/'")

	// In a field the arrows belong to the field.
	b.until("document.readyState === 'complete'")
	b.click("#login-both input[name=username]")
	b.press(kb.ArrowRight)
	b.press(kb.ArrowDown)
	b.until("location.pathname === '/' && document.activeElement.name === 'username'")
	b.clean()
}

// press presses a key wherever the focus is.
func (b *tab) press(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key))
}

package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A presenter needs four keys: right and left turn the pages in the order of the header, up and down go
// from part to part, or from request to request, and the focus can be seen. Escape ends it.
func TestPresenterWalksByArrowKeys(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/")
	b.press("p")
	b.until("getComputedStyle(document.querySelector('.presenter-help')).display !== 'none'")
	for _, part := range []string{"document.querySelector('h1')", "document.querySelector('#door-session')", "document.querySelector('#door-token')"} {
		b.press(kb.ArrowDown)
		b.until("document.activeElement === " + part)
		if outline := eval[string](b, "getComputedStyle(document.activeElement).outlineStyle"); outline == "none" {
			t.Errorf("the focus on %s cannot be seen", part)
		}
	}
	b.press(kb.ArrowUp)
	b.until("document.activeElement.id === 'door-session'")

	b.press(kb.ArrowRight)
	b.until("location.pathname === '/servers' && document.readyState === 'complete'")
	b.press(kb.ArrowRight)
	b.until("location.pathname === '/inspector' && document.readyState === 'complete'")
	b.until("document.querySelectorAll('#rows a').length > 1")
	second := eval[string](b, "document.querySelectorAll('#rows > li')[1].dataset.id")
	b.press(kb.ArrowDown)
	b.press(kb.ArrowDown)
	b.until("document.activeElement.closest('#rows li')?.dataset.id === '" + second + "'")
	b.until("document.querySelector('#chosen .trace').dataset.id === '" + second + "'")
	b.press(kb.ArrowLeft)
	b.until("location.pathname === '/servers' && document.readyState === 'complete'")
	b.press(kb.Escape)
	b.until("document.documentElement.dataset.presenter !== 'on'")

	// In a field the arrows belong to the field.
	b.visit("/")
	b.press("p")
	b.click("#account summary")
	b.click("#login-both input[name=username]")
	b.press(kb.ArrowRight)
	b.press(kb.ArrowDown)
	b.until("location.pathname === '/' && document.activeElement.name === 'username'")
	b.clean()
}

// On a wall nothing is smaller than 18 pixels, in drawings, too, and nothing is wider than the screen.
func TestPresenterIsReadFromFarAway(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	eval[bool](b, "(localStorage.setItem('presenter', 'on'), true)")
	trace := eval[string](b, "document.querySelector('#session-trace').dataset.trace")
	for name, path := range map[string]string{
		"home": "/", "servers": "/servers", "inspector": "/inspector", "trace": "/inspector/" + trace, "token": "/inspector/token", "labs": "/labs", "lab": "/labs/restart",
		"login": "/session/login", "token-login": "/token/login", "account": "/session/account", "token-account": "/token/account", "signup": "/signup",
	} {
		b.visit(path)
		b.until("document.readyState === 'complete'")
		b.screen(1280, 720)
		for _, small := range eval[[]string](b, "("+smallerThan+")(18)") {
			t.Errorf("%s: %s", name, small)
		}
		if wide := eval[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
			t.Errorf("%s: %d pixels wider than the screen", name, wide)
		}
		b.shoot("presenter-" + name)
	}
}

// smallerThan lists the texts in sight whose letters are smaller than so many pixels, as they are drawn.
const smallerThan = `(least) => {
	const found = new Set();
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {
		const text = texts.currentNode.textContent.trim();
		const at = texts.currentNode.parentElement;
		if (!text || at.closest('.visually-hidden, title, desc, script, option') || !at.checkVisibility({ visibilityProperty: true })) continue;
		const scale = at instanceof SVGGraphicsElement ? at.getScreenCTM().a : 1;
		const size = parseFloat(getComputedStyle(at).fontSize) * scale;
		if (size < least - 0.1) found.add(size.toFixed(1) + ' px: ' + text.slice(0, 40));
	}
	return [...found];
}`

// press presses a key wherever the focus is.
func (b *tab) press(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key))
}

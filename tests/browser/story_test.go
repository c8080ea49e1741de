package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// says is what a door says, in one line.
func (b *tab) says(door string) string {
	b.t.Helper()
	return eval[string](b, "[...document.querySelectorAll('#door-"+door+" :is(.door-says, .door-why)')].map(e => e.textContent).join(' ')")
}

// inSight checks that elements lie within the screen, without scrolling.
func (b *tab) inSight(selector string, count int) {
	b.t.Helper()
	const outside = `(all => all.filter(e => { const r = e.getBoundingClientRect(); return scrollY !== 0 || r.top < 0 || r.left < 0 || r.bottom > innerHeight || r.right > innerWidth; }).map(e => e.outerHTML.slice(0, 60) + JSON.stringify(e.getBoundingClientRect())))`
	all := "[...document.querySelectorAll('" + selector + "')]"
	if n := eval[int](b, all+".length"); n != count {
		b.t.Errorf("%d of %s, want %d", n, selector, count)
	}
	for _, what := range eval[[]string](b, outside+"("+all+")") {
		b.t.Errorf("not in sight: %s", what)
	}
}

// pressPrimary presses what there is to press, by the key that its focus waits for when there was a press
// before.
func (b *tab) pressPrimary(id string, byKey bool) {
	b.t.Helper()
	if !byKey {
		b.click("#" + id)
	} else {
		b.until("document.activeElement.id === '" + id + "'")
		b.press(kb.Enter)
	}
}

const told = "!document.querySelector('#home').ariaBusy && document.querySelector('#said').textContent"

// Two presses and no typing: one door shuts, the other stays open, each says why, and both are drawn, on
// one screen. Then the session is kept in the database, and the left door stays open as well.
func TestStoryInTwoPresses(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]struct {
		width, height int64
		presenter     bool
	}{"laptop": {1280, 720, false}, "wall": {1280, 720, true}, "phone": {390, 844, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openTab(t)
			b.screen(at.width, at.height)
			b.visit("/")
			if at.presenter {
				b.press("p")
			}
			b.inSight("#press-login, .door-verdict", 3)
			b.shoot("story-" + name + "-0")
			b.pressPrimary("press-login", false)
			b.until(told + " === 'ada is logged in at both doors.'")
			b.inSight("#press-crash, .door-verdict, .door-diagram svg", 5)
			began := eval[string](b, "fetch('/api/session/me').then(r => r.json()).then(me => String(me.pid))")
			b.pressPrimary("press-crash", true)
			b.untilText("#door-session", "Server 1 does not know you any more.")
			b.until(told)
			b.inSight(".door-verdict, .door-diagram svg", 4)
			b.inSight("#door-session .badge-denied, #door-token .badge-allowed, #door-token .door-picture.open", 3)
			b.shoot("story-" + name + "-2")
			if says := b.says("session"); !strings.Contains(says, "in the memory of process "+began+", and that process is gone") {
				t.Errorf("the session door: %s", says)
			}
			if says := b.says("token"); !strings.Contains(says, "You are still ada.") || !strings.Contains(says, "in the database (SQLite)") {
				t.Errorf("the token door: %s", says)
			}

			b.pressPrimary("press-keep", true)
			b.untilText("#said", "Sessions are kept in the database now")
			b.inSight(".door-verdict, .door-diagram svg", 4)
			b.inSight(".door-picture.open", 2)
			if says := b.says("session"); !strings.Contains(says, "You are still ada. Your session is in the database (SQLite).") {
				t.Errorf("the session door with a database: %s", says)
			}
			b.shoot("story-" + name + "-3")
			b.clean(unauthorized)
		})
	}
}

// With sessions in memory a second server that takes turns does not know who logged in at the first.
func TestStoryOfASecondServer(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/")
	b.click("#press-login")
	b.until("document.querySelector('#press-crash') && " + told)
	b.click("#press-crash")
	b.until("document.querySelector('#press-second') && " + told)
	b.click("#press-second")
	b.untilText("#said", "Two servers take turns")
	b.until("document.querySelectorAll('#home-answers [data-door=session][data-status=\"401\"], #home-answers [data-door=token][data-status=\"200\"]').length >= 2")
	if says := b.says("session"); !strings.Contains(says, "and only that server can look there") {
		t.Errorf("the session door: %s", says)
	}
	b.inspect("story-second")
	b.click("#press-alone")
	b.untilText("#said", "One server answers all requests again")
	b.clean(unauthorized)
}

// With a key in the memory of each server, it is the token door that shuts.
func TestStoryOfAKeyInMemory(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--keys=per-server", "--store=database")
	b.visit("/")
	b.click("#press-login")
	b.until("document.querySelector('#press-crash') && " + told)
	b.click("#press-crash")
	b.untilText("#door-token", "Server 1 cannot verify your token.")
	if says := b.says("token"); !strings.Contains(says, "The key that signed it was in the memory of process") {
		t.Errorf("the token door: %s", says)
	}
	b.inSight("#door-session .door-picture.open", 1)
	b.clean(unauthorized)
}

// Without scripts the same two presses tell the session door's half, by forms.
func TestStoryWithoutJavaScript(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.withoutScripts()
	b.screen(1280, 720)
	b.visit("/")
	b.click("#press noscript button")
	b.until("location.pathname === '/' && document.querySelector('#press-crash')")
	b.inSight("#door-session .door-picture.open, #door-session svg.sequence, #press-crash", 3)
	b.click("#press-crash")
	b.until("location.pathname === '/' && document.querySelector('#door-session .badge-denied')")
	if says := b.says("session"); !strings.Contains(says, "Server 1 does not know you any more. Your session was in the memory of process") {
		t.Errorf("the session door: %s", says)
	}
	b.inSight("#door-session .door-verdict, #door-session svg.sequence", 2)
	b.shoot("story-without-scripts")
	b.click("#press-keep")
	b.until("location.pathname === '/' && document.querySelector('#press noscript button')")
	b.click("#press noscript button")
	b.until("location.pathname === '/' && document.querySelector('#press-crash')")
	b.click("#press-crash")
	b.untilText("#door-session", "You are still ada.")
	if says := b.says("session"); !strings.Contains(says, "Your session is in the database (SQLite). Process") {
		t.Errorf("the session door with a database: %s", says)
	}
	b.visit("/servers")
	b.untilText("#still", "ada")
	b.visit("/")
	b.click("#account button.link")
	b.untilText("#door-session", "You are logged out.")
	b.clean(unauthorized)
}

// W8: logging out in one tab logs out in the others, at both doors: a token that only one tab had is ended, too, and
// the traces say which requests another tab's logout led to.
func TestLogoutReachesAllTabs(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--revocation=on")
	b.logInAtBoth()
	alone := b.another() // keeps a token of its own, in its memory
	alone.visit("/token/login")
	alone.click("main input[value=memory]")
	alone.click("[data-username=ada]")
	alone.untilText("#token-card", "You are ada")
	account := b.another()
	account.visit("/session/account")
	account.until("document.readyState === 'complete'")
	home := b.another()
	home.visit("/")
	home.inSight(".door-picture.open", 2)

	b.click("#account button.link")
	b.untilText("#said", "logged out at both doors")
	account.do(chromedp.WaitVisible(chromedp.CSS("main input[name=password]")))
	alone.until("!document.querySelector('#left').hidden")
	alone.untilText("#left", "You logged out in another tab")
	home.until("!document.querySelector('.door-picture.open')")
	home.until("/in another tab/.test(document.querySelector('#said').textContent)")
	b.until(`fetch('/api/traces').then(r => r.json()).then(all => { window.followed = all.filter(t => t.by_tab).map(t => t.method + ' ' + t.path + ' ' + t.status); }) && window.followed?.length >= 2`)
	followed := strings.Join(eval[[]string](b, "window.followed"), ", ")
	for _, want := range []string{"POST /api/token/logout 204", "GET /api/session/me 401"} {
		if !strings.Contains(followed, want) {
			t.Errorf("%q is not among %q", want, followed)
		}
	}
}

package browser

import (
	"strings"
	"testing"
)

// What somebody types stays while the page brings itself up to date.
func TestRefreshKeepsWhatIsTyped(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.click("#account summary")
	b.fill("#login-both input[name=username]", "gra")
	b.click("#session-call")
	b.untilText("#session-answers", "200")
	b.until("!document.querySelector('#home').ariaBusy")
	if typed := eval[string](b, "document.querySelector('#account details[open] input[name=username]')?.value ?? 'gone'"); typed != "gra" {
		t.Errorf("%q is typed", typed)
	}
	b.screen(390, 844)
	for _, door := range []string{"session", "token"} {
		b.click("#" + door + "-call")
		b.until("document.querySelector('#" + door + "-answers li') && !document.querySelector('#home').ariaBusy")
		b.untilText("#"+door+"-answers", "200")
		b.beside("#"+door+"-call", "#"+door+"-answers")
	}
	b.click("#token-leave")
	b.untilText("#token-answers", "You are logged out at the token door.")
	b.until("!document.querySelector('#home').ariaBusy")
	if said := eval[string](b, "document.querySelector('#said').textContent"); strings.Contains(said, "in another tab") {
		t.Errorf("a logout in this tab: %s", said)
	}
	b.clean()
}

// beside checks that an answer is on one screen with its button.
func (b *tab) beside(button, answer string) {
	b.t.Helper()
	apart := eval[float64](b, "(([one, other]) => Math.abs(one.bottom - other.bottom))(['"+button+"', '"+answer+"'].map(s => document.querySelector(s).getBoundingClientRect()))")
	if apart > 300 {
		b.t.Errorf("%s is %.0f pixels from %s", answer, apart, button)
	}
}

// Without scripts the story's buttons say what they do then.
func TestButtonsSayWhatTheyDoWithoutJavaScript(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.withoutScripts()
	b.visit("/")
	b.click("#press noscript button")
	b.until("location.pathname === '/' && document.querySelector('#press-crash')")
	b.until("/Then the session door is asked who you are/.test(document.querySelector('#next').innerText)")
	b.click("#press-crash")
	b.until("location.pathname === '/' && document.querySelector('#press-keep')")
	if says := eval[string](b, "document.querySelector('#press-keep').innerText.trim()"); says != "Keep sessions in the database" {
		t.Errorf("the button says %q", says)
	}
	b.clean(unauthorized)
}

// A fault of the token login and the answers of the token's card stand beside the buttons.
func TestTokenDoorAnswersBesideItsButtons(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.screen(390, 844)
	b.visit("/token/login")
	b.fill("main input[name=username]", "ada")
	b.fill("main input[name=password]", "wrong password")
	b.click("#token-log-in")
	b.untilText("#login-answers", "failed")
	b.beside("#token-log-in", "#login-answers")
	b.until("document.activeElement.id === 'token-log-in'")
	b.click("[data-username=ada]")
	b.untilText("#card-answers", "200")
	b.click("#card-call")
	b.until("document.querySelector('#card-answers li') && !document.querySelector('#card-call').ariaDisabled")
	b.beside("#card-call", "#card-answers")
	b.inspect("token-account-card")
	b.clean(unauthorized)
}

// The bar of what is broken answers in itself, wherever the page is scrolled to.
func TestBrokenBarAnswersInItself(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--servers=2")
	b.visit("/servers")
	b.pressRoom("#stop-2")
	b.visit("/servers/settings")
	b.click("#broken button")
	b.untilText("#broken-answers", "Server 2 is running again.")
	b.until("document.querySelectorAll('.broken').length === 0 && document.querySelector('#broken-answers li')")
	b.shoot("broken-answers")
	b.clean()
}

// The log keeps the place to which somebody has scrolled, and what has the focus there.
func TestLogStaysWhereItIs(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/servers")
	b.click("#ask-again")
	b.until("document.querySelectorAll('#log .event a').length >= 2 && !document.querySelector('.room-page [aria-disabled]')")
	eval[bool](b, "(window.link = document.querySelector('#log .event a'), link.focus(), true)")
	status := eval[int](b, "fetch('/api/session/me').then(r => r.status)")
	before := eval[int](b, "document.querySelectorAll('#log .event').length")
	b.until("document.querySelectorAll('#log .event').length > " + itoa(before) + " || document.querySelector('#log .event a') !== window.link")
	if !eval[bool](b, "document.activeElement === window.link") {
		t.Errorf("after an answer of %d the focus is gone", status)
	}
	b.untilText("#log-times", "Times in")
	b.clean()
}

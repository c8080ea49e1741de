package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const keptToken = "localStorage.getItem('token')"

// patch changes settings as the API does.
func (b *tab) patch(settings string) {
	b.t.Helper()
	status := eval[int](b, "fetch('/api/settings', {method: 'PATCH', headers: {'Content-Type': 'application/json'}, body: '"+settings+"'}).then(r => r.status)")
	if status != 200 {
		b.t.Fatalf("%s: %d", settings, status)
	}
}

// The page gets the next token before one expires, in each of two tabs' turn, and
// nobody is thrown out.
func TestTokenRefreshesItself(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--access-lifetime=3s")
	b.logInAtBoth()
	first := eval[string](b, keptToken)
	b.untilText("#door-token", "This page gets the next one")
	b.until(keptToken + " !== '" + first + "'")
	second := eval[string](b, keptToken)
	b.visit("/token/account")
	b.untilText("#token-card", "You are ada")
	b.until(keptToken + " !== '" + second + "'")
	b.untilText("[data-show=said]", "This page got the next token")
	if cookie := eval[string](b, "document.cookie"); strings.Contains(cookie, "refresh") {
		t.Errorf("a script reads %q", cookie)
	}
	b.visit("/inspector")
	if text := b.text(); strings.Contains(text, "401") || !strings.Contains(text, "/api/token/refresh") {
		t.Errorf("%s", text)
	}
	b.clean()
}

// Without a refresh token the clock runs down, and the page says what then.
func TestTokenExpiresInView(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--access-lifetime=1s", "--refresh-lifetime=0")
	b.logInAtBoth()
	b.untilText("#door-token [data-show=keeps]", "expired")
	b.untilText("#door-token [data-show=keeps]", "There is no refresh token")
	b.until("JSON.parse(atob(" + keptToken + ".split('.')[1])).exp * 1000 < Date.now()")
	b.click("#token-call")
	b.untilText("#door-token .badge", "401")
	b.clean(unauthorized)
}

// Logging out with revocation off leaves a copy of the token good, and the page
// proves it; with revocation on the copy is refused.
func TestLoggingOutProvesWhatACopyCanDo(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	for setting, says := range map[string]string{"off": "It still lets you in, as ada", "on": "Refused: This token was revoked"} {
		b.visit("/")
		b.patch(`{"revocation":"` + setting + `"}`)
		b.logInAtBoth()
		b.click("#token-leave")
		b.click("#proof button")
		b.untilText("#proof", says)
		if !eval[bool](b, "document.querySelector('#proof a').pathname.startsWith('/inspector/')") {
			t.Error("no trace beside the proof")
		}
	}
	b.clean(unauthorized)
}

// The visitor's own browser verifies the token by the public key alone, for each
// algorithm that has one, notices a changed character, and says why it cannot with
// HS256.
func TestThirdPartyVerifiesInTheBrowser(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	for _, alg := range []string{"RS256", "ES256", "EdDSA", "HS256"} {
		b.visit("/")
		b.patch(`{"alg":"` + alg + `"}`)
		b.logInAtBoth()
		b.visit("/token/account")
		b.untilText("#token-card", "You are ada")
		b.click("[data-verify=kept]")
		if alg == "HS256" {
			b.untilText("#third-party", "With HS256 nobody else can do this")
			continue
		}
		b.untilText("#third-party", "The signature is good")
		b.untilText("#third-party ol", "for "+alg+" and nothing else")
		b.click("[data-verify=changed]")
		b.until("/signature is wrong|cannot be read/.test(document.querySelector('#third-party').textContent)")
	}
	b.clean()
}

// Settings change by the room's form, with and without a script; what cannot be is
// said, and changing the key tells how many tokens that threw out.
func TestSettingsChangeByTheForm(t *testing.T) {
	t.Parallel()
	for _, scripts := range []bool{true, false} {
		b := openTab(t)
		b.logInAtBoth()
		if !scripts {
			b.withoutScripts()
		}
		b.visit("/servers")
		b.do(chromedp.SetValue(chromedp.CSS("#setting-alg"), "ES256"))
		b.do(chromedp.SetValue(chromedp.CSS("#setting-access_lifetime"), "90s"))
		b.click("#save-settings")
		b.until("document.querySelector('#setting-alg option[selected]')?.value === 'ES256'")
		b.visit("/servers")
		if text := b.text(); !strings.Contains(text, "access_lifetime 1m30s, alg ES256") {
			t.Errorf("scripts %t: the log does not tell it: %s", scripts, text)
		}
		b.do(chromedp.SetValue(chromedp.CSS("#setting-access_lifetime"), "soon"))
		b.click("#save-settings")
		if scripts {
			b.untilText("#said", "cannot be that")
		} else {
			b.do(chromedp.WaitVisible(chromedp.CSS("#settings [role=alert]")))
		}
		b.visit("/servers")
		b.click("button[name=retire][value=true]")
		if scripts {
			b.untilText("#log", "That threw out one token")
		} else {
			b.do(chromedp.WaitVisible(chromedp.CSS("#settings")))
		}
		b.clean("status of 422")
	}
}

// Servers are added and removed, and Redis is taken away and brought back, by the
// room's buttons.
func TestRoomChangesByItsButtons(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--store=redis")
	b.logInAtBoth()
	b.visit("/servers")
	b.click("#add-server")
	b.until("document.querySelector('[data-node=server-2]')?.dataset.state === 'ready'")
	b.click("#stop-1")
	b.until("document.querySelector('[data-node=server-1]').dataset.state === 'stopped'")
	b.click("#start-1")
	b.until("document.querySelector('[data-node=server-1]').dataset.state === 'ready'")
	b.click("#remove-2")
	b.until("!document.querySelector('[data-node=server-2]')")
	b.click("#store-stop")
	b.until("document.querySelector('[data-node=redis]').dataset.state === 'away'")
	b.untilText("#still", "cannot tell")
	b.click("#store-start")
	b.until("document.querySelector('[data-node=redis]').dataset.state === 'up'")
	b.clean(unauthorized, "status of 503")
}

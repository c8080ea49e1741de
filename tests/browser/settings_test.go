package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A setting is saved as soon as it is changed, and the way back stands beside it. What cannot be is
// said there as well.
func TestSettingsAreSavedAtOnce(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/servers/settings")
	b.choose("alg", "ES256")
	b.untilSays("#said-alg", "Saved. Undo (HS256)")
	b.choose("access_lifetime", "90s")
	b.untilSays("#said-access_lifetime", "Saved. Undo (5m)")
	b.until("document.querySelector('#setting-access_lifetime').value === '1m30s'")
	b.prefer("light", 1440)
	b.shoot("settings-saved")
	b.click("#said-access_lifetime button")
	b.untilSays("#said-access_lifetime", "Saved. Undo (1m30s)")
	if now := b.settings(); now["access_lifetime"] != "5m0s" || now["alg"] != "ES256" {
		t.Errorf("%v", now)
	}
	b.choose("session_idle", "soon")
	b.untilSays("#said-session_idle", "session_idle cannot have that value")
	b.until("document.querySelector('#setting-session_idle[aria-invalid=true]').value === 'soon'")
	b.inspect("settings-wrong")
	b.clean("status of 422")
}

// The old keys are not retired by one press: that asks first, and names what is lost.
func TestRetiringKeysAsksFirst(t *testing.T) {
	t.Parallel()
	for _, scripts := range []bool{true, false} {
		b := openTab(t)
		b.logInAtBoth()
		if !scripts {
			b.withoutScripts()
		}
		b.visit("/servers/settings")
		b.click("#keep-keys")
		b.untilSays("main", map[bool]string{true: "Tokens signed with the old ones are still valid", false: "Tokens signed with the old keys stay valid."}[scripts])
		b.click("#retire")
		b.untilSays("#key-change details", "Everyone at the token door is logged out at once")
		b.shoot("retire")
		b.click("#retire-sure")
		b.untilSays("main", map[bool]string{true: "Every token issued before is invalid", false: "The old keys are retired. One token is no longer valid."}[scripts])
		b.clean()
	}
}

// Without a script the settings are a form with a button.
func TestSettingsChangeByTheForm(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.withoutScripts()
	b.visit("/servers/settings")
	b.patch(`{"store": "sqlite", "servers": 2, "refresh_lifetime": "2h"}`) // by somebody else: it stays
	b.set("access_lifetime", "90s")
	b.click("#save-settings")
	b.untilSays("main", "access_lifetime 1m30s.")
	for name, value := range map[string]string{"store": "database", "servers": "2", "refresh_lifetime": "2h", "access_lifetime": "1m30s"} {
		b.until(fmt.Sprintf("document.querySelector('#setting-%s').value === %q", name, value))
	}
	b.set("access_lifetime", "soon")
	b.click("#save-settings")
	b.untilSays("main [role=alert]", "access_lifetime cannot have that value")
	b.do(chromedp.WaitVisible(chromedp.CSS("#setting-access_lifetime[value=soon][aria-invalid=true]")))

	b.visit("/servers")
	b.click("#switch-round-robin")
	b.until("location.pathname === '/servers' && document.querySelector('#switch-round-robin[aria-pressed=true]')")
}

// choose changes a setting as a person does.
func (b *tab) choose(name, value string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(() => {
		const field = document.querySelector('#setting-%s');
		field.value = %q;
		return field.dispatchEvent(new Event('change', { bubbles: true }));
	})()`, name, value))
}

// pressRoom presses a button of the room, and waits until it is answered.
func (b *tab) pressRoom(selector string) {
	b.t.Helper()
	b.until("!document.querySelector('.room-page [aria-disabled]')")
	b.click(selector)
	b.until("document.querySelector('#room-answers li') && !document.querySelector('.room-page [aria-disabled]')")
}

// set fills in a field of the settings.
func (b *tab) set(name, value string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS("#setting-"+name), value))
}

// settings are those that the site goes by.
func (b *tab) settings() map[string]any {
	b.t.Helper()
	return eval[struct{ Settings map[string]any }](b, "fetch('/api/servers').then(r => r.json())").Settings
}

// untilSays waits until an element says something, also on a page that may not run
// scripts: what asks is not the page's own.
func (b *tab) untilSays(selector, text string) {
	b.t.Helper()
	ctx, cancel := b.bounded()
	defer cancel()
	said := ""
	for range time.Tick(pollingInterval) {
		now, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(selector)))
		if err == nil && strings.Contains(now, text) {
			return
		}
		if ctx.Err() != nil {
			b.t.Fatalf("%s says %q, not %q: %v", selector, said, text, err)
		}
		if err == nil {
			said = now
		}
	}
}

// Servers are added and removed, and Redis is taken away and brought back, by the
// room's buttons.
func TestRoomChangesByItsButtons(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--store=redis")
	b.logInAtBoth()
	b.visit("/servers")
	b.pressRoom("#add-server")
	b.until("document.querySelector('[data-node=server-2]')?.dataset.state === 'ready'")
	b.pressRoom("#stop-1")
	b.until("document.querySelector('[data-node=server-1]').dataset.state === 'stopped'")
	b.pressRoom("#start-1")
	b.until("document.querySelector('[data-node=server-1]').dataset.state === 'ready'")
	b.pressRoom("#remove-2")
	b.until("!document.querySelector('[data-node=server-2]')")
	b.pressRoom("#store-stop")
	b.until("document.querySelector('[data-node=redis]').dataset.state === 'away'")
	b.untilText("#still", "cannot tell")
	b.pressRoom("#store-start")
	b.until("document.querySelector('[data-node=redis]').dataset.state === 'up'")
	b.clean(unauthorized, "status of 503")
}

// Whoever changes one setting leaves the others as somebody else has chosen them meanwhile, and
// sees those; what somebody is entering stays.
func TestSettingsOfOthersAreKept(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/servers/settings")
	b.patch(`{"revocation": "on"}`)
	b.until("document.querySelector('#setting-revocation').value === 'on'")
	eval[string](b, "document.querySelector('#setting-access_lifetime').value = '90s'") // not saved yet
	b.patch(`{"store": "sqlite"}`)
	b.until("document.querySelector('#setting-store').value === 'database'")
	if value := eval[string](b, "document.querySelector('#setting-access_lifetime').value"); value != "90s" {
		t.Errorf("it is %q", value)
	}
	b.choose("access_lifetime", "90s")
	b.untilSays("#said-access_lifetime", "Saved.")
	if now := b.settings(); now["store"] != "database" || now["revocation"] != "on" || now["access_lifetime"] != "1m30s" {
		t.Errorf("%v", now)
	}

	b.visit("/servers")
	b.pressRoom("#add-server")
	b.untilSays("#room-answers", "One more server is running.")
	b.patch(`{"servers": 9}`)
	eval[bool](b, `(() => { const form = document.createElement('form'); form.action = '/servers/add'; form.dataset.done = ''; form.innerHTML = '<button id="tenth"></button>'; document.querySelector('.still').append(form); form.requestSubmit(form.firstChild); return true; })()`)
	b.untilSays("#room-answers", "This room already has all the servers that it can have, 9.")
	b.clean("status of 409", unauthorized)
}

// patch changes settings as somebody at a terminal does.
func (b *tab) patch(settings string) {
	b.t.Helper()
	request, err := http.NewRequest("PATCH", b.URL+"/api/settings", strings.NewReader(settings))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: %s", settings, answer.Status)
	}
}

package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Settings change by the room's form, with and without a script. What cannot be is
// said, and stays where it was entered; changing the key tells how many tokens that
// threw out.
func TestSettingsChangeByTheForm(t *testing.T) {
	t.Parallel()
	for _, scripts := range []bool{true, false} {
		b := openTab(t)
		b.logInAtBoth()
		if !scripts {
			b.withoutScripts()
		}
		b.visit("/servers")
		b.set("alg", "ES256")
		b.set("access_lifetime", "90s")
		b.click("#save-settings")
		b.untilSays("#changed", "Settings changed: access_lifetime 1m30s, alg ES256.")

		b.set("access_lifetime", "soon")
		b.click("#save-settings")
		if scripts {
			b.untilSays("#changed", "access_lifetime cannot have that value")
		} else {
			b.untilSays("#settings [role=alert]", "access_lifetime cannot have that value")
			b.do(chromedp.WaitVisible(chromedp.CSS("#setting-access_lifetime[value=soon][aria-invalid=true]")))
			b.shoot("settings-wrong")
		}
		b.visit("/servers")
		b.click("#keep-keys")
		b.untilSays("#changed", "Tokens signed with the old keys stay valid.")
		b.click("#retire-keys")
		b.untilSays("#changed", "The old keys are retired. One token is no longer valid.")
		b.prefer("light", 1440)
		b.shoot("settings")
		b.clean(unauthorized, "status of 422")
	}
}

// set fills in a field of the settings.
func (b *tab) set(name, value string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS("#setting-"+name), value))
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

// Who changes one setting leaves the others as somebody else has chosen them meanwhile,
// and sees those beside their own choice once it is made.
func TestSettingsOfOthersAreKept(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/servers")
	b.patch(`{"revocation": "on"}`)
	b.until("document.querySelector('#setting-revocation').value === 'on'")
	b.set("access_lifetime", "90s")
	b.patch(`{"store": "sqlite"}`)
	b.untilText("[data-node=store]", "sessions")
	b.click("#save-settings")
	b.untilSays("#changed", "Settings changed: access_lifetime 1m30s.")
	b.until("document.querySelector('#setting-store').value === 'database'")

	b.click("#add-server")
	b.untilSays("#said", "One server more.")
	if said := eval[string](b, "document.querySelector('#changed').textContent"); said != "Settings changed: access_lifetime 1m30s." {
		t.Errorf("the settings say %q", said)
	}
	b.patch(`{"servers": 9}`)
	eval[bool](b, `(() => { const form = document.createElement('form'); form.action = '/servers/add'; form.dataset.settings = ''; document.querySelector('#room').append(form); form.requestSubmit(); return true; })()`)
	b.untilSays("#said", "This room already has 9 servers")
	b.clean("status of 409")
}

// Whoever begins to choose while the page is brought up to date loses nothing to what others chose.
func TestChoiceIsKeptWhileThePageComes(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/servers")
	arrive := b.hold("/servers", "revocation on")
	b.patch(`{"revocation": "on"}`)
	b.until("window.held")
	b.set("access_lifetime", "90s")
	arrive()
	b.untilText("#log", "revocation on")
	if value := eval[string](b, "document.querySelector('#setting-access_lifetime').value"); value != "90s" {
		t.Errorf("it is %q", value)
	}
}

// Without a script the same holds: the form says what it showed.
func TestSettingsOfOthersAreKeptWithoutScripts(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.withoutScripts()
	b.visit("/servers")
	b.patch(`{"store": "sqlite", "servers": 2, "refresh_lifetime": "2h"}`)
	b.set("access_lifetime", "90s")
	b.click("#save-settings")
	b.untilSays("#changed", "Settings changed: access_lifetime 1m30s.")
	for name, value := range map[string]string{"store": "database", "servers": "2", "refresh_lifetime": "2h", "access_lifetime": "1m30s"} {
		b.until(fmt.Sprintf("document.querySelector('#setting-%s').value === %q", name, value))
	}

	b.patch(`{"store": "memory"}`)
	b.set("access_lifetime", "soon")
	b.click("#save-settings")
	b.untilSays("#settings [role=alert]", "access_lifetime cannot have that value")
	b.until("document.querySelector('#setting-store').value === 'memory'")
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

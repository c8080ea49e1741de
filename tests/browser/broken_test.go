package browser

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// What somebody broke is said on every page, with who and since when, and whoever is
// in the room sees it without a reload. The undo beside it mends it.
func TestBrokenOnPurposeIsSaidEverywhere(t *testing.T) {
	t.Parallel()
	mine := openTab(t, "--servers=2", "--store=redis")
	theirs := openTabAt(t, mine.Site)
	mine.visit("/servers")
	theirs.visit("/servers")

	mine.click("#stop-2")
	mine.untilText("#broken", "Server 2 is stopped, by you, since")
	theirs.untilText("#broken", "Server 2 is stopped, by another seat, since")
	mine.click("#store-stop")
	mine.untilText("#broken", "Redis, where the sessions are kept, is taken away, by you,")
	theirs.untilText("#log", "The store was taken away")

	theirs.untilText("#site-status", "1 of 2 servers")

	for _, path := range []string{"/", "/inspector", "/labs", "/session/login", "/token/account"} {
		theirs.visit(path)
		theirs.untilText("#broken", "Server 2 is stopped, by another seat")
		theirs.untilText("#broken", "Redis, where the sessions are kept, is taken away, by another seat")
		for _, width := range []int64{1440, 390} {
			theirs.prefer("dark", width)
			if wide := eval[int](theirs, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
				t.Errorf("%s at %d: %d pixels wider than the screen", path, width, wide)
			}
			theirs.shoot(fmt.Sprintf("broken-%d", width))
		}
	}
	theirs.visit("/")
	theirs.click("#broken form[action='/api/servers/2/start'] button")
	theirs.until("location.pathname === '/servers' && document.querySelectorAll('.broken').length === 1")
	mine.until("document.querySelectorAll('.broken').length === 1")
	mine.click("#broken form[action='/api/store/start'] button")
	mine.until("document.querySelectorAll('.broken').length === 0")
	theirs.until("document.querySelectorAll('.broken').length === 0")
	mine.clean()
	theirs.clean()
}

// The room follows what others do: another tab, the API, and a terminal that kills a
// process.
func TestRoomFollowsOthers(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--servers=2")
	b.visit("/servers")
	other := openTabAt(t, b.Site)
	other.visit("/servers")

	eval[int](other, `fetch('/api/settings', {method: 'PATCH', headers: {'Content-Type': 'application/json'}, body: '{"store": "sqlite", "servers": 3}'}).then(r => r.status)`)
	b.until("document.querySelectorAll('.server').length === 3 && document.querySelector('[data-node=store]').textContent.includes('sessions')")
	b.untilText("#log", "by another seat")
	other.click("#crash-3")
	b.untilText("[data-node=server-3]", "number 2")

	pid := eval[int](b, "fetch('/api/servers').then(r => r.json()).then(s => s.servers[0].pid)")
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.untilText("[data-node=server-1]", "number 2")
	b.untilText("#log", "Server 1 ended by itself")
	b.clean()
}

// Who changes one setting leaves the others as somebody else has chosen them meanwhile,
// and sees those beside their own choice once it is made.
func TestSettingsOfOthersAreKept(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/servers")
	theirs := func(body string) int {
		return eval[int](b, fmt.Sprintf("fetch('/api/settings', {method: 'PATCH', headers: {'Content-Type': 'application/json'}, body: %q}).then(r => r.status)", body))
	}
	theirs(`{"revocation": "on"}`)
	b.until("document.querySelector('#setting-revocation').value === 'on'")
	b.set("access_lifetime", "90s")
	theirs(`{"store": "sqlite"}`)
	b.untilText("[data-node=store]", "sessions")
	b.click("#save-settings")
	b.untilSays("#changed", "From now on: access_lifetime 1m30s.")
	b.until("document.querySelector('#setting-store').value === 'sqlite'")

	b.click("#add-server")
	b.untilSays("#said", "One server more.")
	if said := eval[string](b, "document.querySelector('#changed').textContent"); said != "From now on: access_lifetime 1m30s." {
		t.Errorf("the settings say %q", said)
	}
	theirs(`{"servers": 9}`)
	eval[bool](b, `(() => { const form = document.createElement('form'); form.action = '/servers/add'; form.dataset.settings = ''; document.querySelector('#room').append(form); form.requestSubmit(); return true; })()`)
	b.untilSays("#said", "There are nine servers already")
	b.clean("status of 409")
}

// Without a script the same holds: the form says what it showed.
func TestSettingsOfOthersAreKeptWithoutScripts(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.withoutScripts()
	b.visit("/servers")
	b.patchByAPI(`{"store": "sqlite", "servers": 2, "refresh_lifetime": "2h"}`)
	b.set("access_lifetime", "90s")
	b.click("#save-settings")
	b.untilSays("#changed", "From now on: access_lifetime 1m30s.")
	for name, value := range map[string]string{"store": "sqlite", "servers": "2", "refresh_lifetime": "2h", "access_lifetime": "1m30s"} {
		b.until(fmt.Sprintf("document.querySelector('#setting-%s').value === %q", name, value))
	}

	b.patchByAPI(`{"store": "memory"}`)
	b.set("access_lifetime", "soon")
	b.click("#save-settings")
	b.untilSays("#settings [role=alert]", "access_lifetime cannot be that")
	b.until("document.querySelector('#setting-store').value === 'memory'")
}

// patchByAPI changes settings as somebody at a terminal does.
func (b *tab) patchByAPI(settings string) {
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

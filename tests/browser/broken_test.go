package browser

import (
	"fmt"
	"os"
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

	mine.pressRoom("#stop-2")
	mine.untilText("#broken", "Server 2 is stopped, by you, since")
	theirs.untilText("#broken", "Server 2 is stopped, by another seat, since")
	mine.pressRoom("#store-stop")
	mine.untilText("#broken", "Redis, which stores the sessions, is stopped, by you,")
	theirs.untilText("#log", "Redis was stopped")

	theirs.untilText("#site-status", "1 of 2 servers")

	for _, path := range []string{"/", "/inspector", "/labs", "/session/login", "/token/account"} {
		theirs.visit(path)
		theirs.untilText("#broken", "Server 2 is stopped, by another seat")
		theirs.untilText("#broken", "Redis, which stores the sessions, is stopped, by another seat")
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
	other.pressRoom("#crash-3")
	b.until("document.querySelector('[data-node=server-3] [data-show=starts]').textContent === '2'")

	pid := eval[int](b, "fetch('/api/servers').then(r => r.json()).then(s => s.servers[0].pid)")
	server, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	b.until("document.querySelector('[data-node=server-1] [data-show=starts]').textContent === '2'")
	b.untilText("#log", "Server 1 ended by itself")
	b.clean()
}

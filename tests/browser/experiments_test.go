package browser

import (
	"os"
	"strings"
	"testing"
	"time"

	"twodoors/web/postgresd"
)

// One press fills the table by trying, on servers of its own: whoever is logged in
// here stays so, and each cell opens the trace of the answer that decided it.
func TestWhatSurvivesIsFilledByTrying(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.patience = longPatience
	b.logInAtBoth()
	b.visit("/servers/survive")
	if cells := eval[int](b, "document.querySelectorAll('main table').length"); cells != 0 {
		t.Error("a table that nobody has filled")
	}
	b.survivesOnServersOfItsOwn()
	b.untilText("#experiments-said", "ran to completion")
	b.inspect("survive")
	b.visit("/servers/balance")
	b.click("#run-balance")
	b.until("document.querySelector('#experiment-balance[data-state=done]')")
	b.untilText("#experiments-said", "ran to completion")
	if plots := eval[int](b, "document.querySelectorAll('#experiment-balance .plot circle').length"); plots != 20 {
		t.Errorf("%d points", plots)
	}
	b.inspect("balance")
	b.visit("/servers/survive")
	b.click("[data-cell='redis store-away'] a")
	b.untilText("main", "could not finish the step session.find")
	b.clean("status of 503", "status of 409")

	other := openTabAt(t, b.Site)
	other.visit("/servers/survive")
	if cells := eval[int](other, "document.querySelectorAll('#experiment-survive [data-cell] .badge').length"); cells != 0 {
		t.Errorf("%d results of another seat", cells)
	}
}

// survivesOnServersOfItsOwn has the table filled, while answers are lost, and checks that nothing of the site was concerned.
func (b *tab) survivesOnServersOfItsOwn() {
	b.t.Helper()
	const calls = "fetch('/api/traces').then(r => r.json()).then(all => all.filter(t => t.door).length)"
	const first = "fetch('/api/servers').then(r => r.json()).then(s => s.servers[0].pid)"
	pid, listed := eval[int](b, first), eval[int](b, calls)
	b.runSurvive()
	badges := 35
	if postgresd.Available(os.TempDir()) {
		badges = 47 // of 48: SQLite is not restarted
		b.untilText("[data-cell='sqlite database-restarted']", "– SQLite is part of each server.")
		b.untilText("[data-cell='postgres database-restarted']", "kept")
	}
	if shown := eval[int](b, "document.querySelectorAll('#experiment-survive [data-cell] .badge').length"); shown != badges {
		b.t.Errorf("%d verdicts", shown)
	}
	for cell, verdict := range map[string]string{"memory restart": "lost", "redis store-away": "unavailable", "token-per-server reopened": "lost"} {
		b.untilText("[data-cell='"+cell+"']", verdict)
	}
	if now := eval[int](b, first); now != pid {
		b.t.Error("a server of the site was concerned")
	}
	if now := eval[int](b, calls); now != listed {
		b.t.Errorf("%d calls of a door in the list, then %d", listed, now)
	}
}

// runSurvive presses the button and waits for the end. Two answers are lost meanwhile.
func (b *tab) runSurvive() {
	b.t.Helper()
	b.click("#run-survive")
	b.until("document.querySelector('#experiment-survive progress')?.value > 0")
	if focus := eval[string](b, "document.activeElement.id"); focus != "survive-title" {
		b.t.Errorf("the focus is at %q", focus)
	}
	b.shoot("experiments-running")
	if status := eval[int](b, "fetch('/api/experiments/survive', {method: 'POST'}).then(r => r.status)"); status != 409 {
		b.t.Errorf("the same once more: %d", status)
	}
	eval[int](b, `(() => {
		const real = fetch;
		let lost = 0;
		window.fetch = async (...asked) => {
			if (asked[0] === '/servers/survive' && lost++ < 2) throw new TypeError('lost');
			return real(...asked);
		};
		return 1;
	})()`)
	b.untilText("#experiments-said", "No answer. Asking again.")
	b.until("document.querySelector('#experiment-survive[data-state=done]')")
}

// Without a script the button starts it, and loading the page again shows how far
// it is.
func TestExperimentWithoutScripts(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.withoutScripts()
	b.visit("/servers/balance")
	b.click("#run-balance")
	b.untilText("#experiment-balance", "Reload the page")
	for patience := time.After(longPatience); !strings.Contains(b.text(), "You ran this"); {
		select {
		case <-patience:
			t.Fatal("it has not ended")
		default:
			b.visit("/servers/balance")
		}
	}
	b.clean()
}

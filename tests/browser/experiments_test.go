package browser

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// One press fills the table by trying, on servers of its own: whoever is logged in
// here stays so, and each cell opens the trace of the answer that decided it.
func TestWhatSurvivesIsFilledByTrying(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.patience = longPatience
	b.logInAtBoth()
	b.visit("/servers")
	pid := eval[int](b, "fetch('/api/servers').then(r => r.json()).then(s => s.servers[0].pid)")
	const calls = "fetch('/api/traces').then(r => r.json()).then(all => all.filter(t => t.door).length)"
	listed := eval[int](b, calls)
	b.click("#run-survive")
	b.until("document.querySelector('#experiment-survive progress')?.value > 0")
	if focus := eval[string](b, "document.activeElement.id"); focus != "survive-title" {
		t.Errorf("the focus is at %q", focus)
	}
	b.shoot("experiments-running")
	if status := eval[int](b, "fetch('/api/experiments/balance', {method: 'POST'}).then(r => r.status)"); status != 409 {
		t.Errorf("a second one: %d", status)
	}
	b.click("#run-balance")
	b.untilText("#experiments-said", "one experiment runs at a time")
	b.until("document.querySelector('#experiment-survive[data-state=done]')")
	verdicts := eval[[]string](b, "[...document.querySelectorAll('#experiment-survive [data-cell] .badge')].map(e => e.textContent.trim())")
	if len(verdicts) != 35 || verdicts[0] != "lost" || verdicts[18] != "unavailable" || verdicts[34] != "lost" {
		t.Errorf("%q", verdicts)
	}
	if now := eval[int](b, "fetch('/api/servers').then(r => r.json()).then(s => s.servers[0].pid)"); now != pid {
		t.Error("a server of the site was concerned")
	}
	if now := eval[int](b, calls); now != listed {
		t.Errorf("%d calls of a door in the list, then %d", listed, now)
	}
	b.click("#run-balance")
	b.until("document.querySelector('#experiment-balance[data-state=done]')")
	b.untilText("#experiments-said", "has been tried to its end")
	if plots := eval[int](b, "document.querySelectorAll('#experiment-balance .plot circle').length"); plots != 20 {
		t.Errorf("%d points", plots)
	}
	b.inspect("experiments")
	b.visit("/servers")
	b.click("[data-cell='redis store-away'] a")
	b.untilText("main", "could not finish the step session.find")
	b.clean("status of 503", "status of 409")

	other := openTabAt(t, b.Site)
	other.visit("/servers")
	other.untilText("#experiment-survive", "by another visitor")
	if links := eval[int](other, "document.querySelectorAll('#experiment-survive [data-cell] a').length"); links != 0 {
		t.Errorf("%d links to traces of another seat", links)
	}
}

// Without a script the button starts it, and loading the page again shows how far
// it is.
func TestExperimentWithoutScripts(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.withoutScripts()
	b.visit("/servers")
	b.click("#run-balance")
	b.untilText("#experiment-balance", "Load the page again")
	for range time.Tick(pollingInterval) {
		if b.experiment("balance") != "running" {
			break
		}
	}
	b.visit("/servers")
	b.untilText("#experiment-balance", "Tried by you")
	b.clean()
}

// experiment asks the API for the state of an experiment.
func (b *tab) experiment(name string) string {
	b.t.Helper()
	var answer struct {
		State string `json:"state"`
	}
	response, err := http.Get(b.URL + "/api/experiments/" + name)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		b.t.Fatal(err)
	}
	return answer.State
}

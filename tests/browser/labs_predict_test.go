package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// predict answers the question of a task, if it asks one: with its last answer, and then with its first.
func (b *tab) predict(task int) {
	b.t.Helper()
	answers := eval[[]string](b, fmt.Sprintf("[...document.querySelectorAll('#predict-%d button')].map((answer) => answer.id)", task))
	if len(answers) == 0 {
		return
	}
	for _, answer := range []string{answers[len(answers)-1], answers[0]} {
		b.click("#" + answer)
		says := eval[string](b, fmt.Sprintf("document.getElementById(%q).textContent", answer))
		b.untilText(fmt.Sprintf("#predicted-%d", task), "You predicted: "+says)
		b.until(fmt.Sprintf("document.activeElement.id === %q && document.activeElement.getAttribute('aria-pressed') === 'true'", answer))
	}
}

// checkOutcome checks that a done task shows what came true beside what was predicted.
func (b *tab) checkOutcome(task int) {
	b.t.Helper()
	outcome := fmt.Sprintf("#outcome-%d", task)
	if !eval[bool](b, fmt.Sprintf("Boolean(document.querySelector(%q))", outcome)) {
		return
	}
	said := eval[string](b, fmt.Sprintf("document.querySelector(%q).innerText", outcome))
	if !strings.Contains(said, "You predicted: ") || !strings.Contains(said, "It happened: ") {
		b.t.Errorf("task %d says %q", task, said)
	}
	right := eval[bool](b, fmt.Sprintf("((at) => at.predicted === at.outcome)(document.querySelector(%q).dataset)", outcome))
	if word := map[bool]string{true: "right", false: "wrong"}[right]; !strings.Contains(said, word) {
		b.t.Errorf("task %d does not say %s: %q", task, word, said)
	}
}

// What the lecturer holds back goes from the page of a lab at once, and comes back, without a reload.
func TestHeldBackAnswersGoAndCome(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/labs")
	b.post("/api/class/open", `{"name":"Tuesday"}`)
	b.post("/api/class/join", `{"name":"Quail"}`)
	b.begin("restart")
	b.click("#hint-1-1 > summary")
	b.click("#hint-1-2 > summary")
	b.until("document.querySelector('#hint-1-3 > summary')")
	eval[bool](b, "(window.loaded = 'once', true)")
	b.post("/api/class/steps", `{"hold_answers":true}`)
	b.until("!document.querySelector('#hint-1-3') && document.querySelector('#hint-1-2[open] > .hint-held')?.checkVisibility()")
	b.post("/api/class/steps", `{"hold_answers":false}`)
	b.until("document.querySelector('#hint-1-2[open] > #hint-1-3') && !document.querySelector('.hint-held')")
	b.until("window.loaded === 'once'")
	b.clean()
}

// post has the page ask the API for a change, which has to succeed.
func (b *tab) post(path, body string) {
	b.t.Helper()
	const ask = "fetch(%q, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: %q }).then((answer) => answer.status)"
	if status := eval[int](b, fmt.Sprintf(ask, path, body)); status >= http.StatusMultipleChoices {
		b.t.Fatalf("%s is answered with %d", path, status)
	}
}

// A hint that somebody opens is kept with the progress, and so is that nothing was predicted.
func TestHintsAreKept(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.begin("roles")
	b.click("#hint-1-1 > summary")
	b.click("#hint-1-2 > summary")
	b.until("fetch('/api/labs/roles').then((answer) => answer.json()).then(({ progress }) => progress.hints?.[0].hints === 2)")
	b.click("#title-3")
	b.click("#predict-3-both")
	b.untilText("#predicted-3", "You predicted: Both doors.")
	b.inspect("lab-predicted")
	b.click("#title-1")
	b.pressAct(1, 1)
	b.until("document.querySelector('#task-1').dataset.state === 'done'")
	if status := eval[int](b, "fetch('/api/labs/roles/predict', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{\"task\": 3, \"answer\": \"perhaps\"}' }).then((answer) => answer.status)"); status != http.StatusUnprocessableEntity {
		t.Errorf("an answer that is none: %d", status)
	}
}

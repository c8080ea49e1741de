package browser

import (
	"fmt"
	"testing"
)

// A lab whose buttons send requests and nothing else is done without JavaScript: each button is a form, and the page
// that comes back says what came of it.
func TestLabsWithoutScripts(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"restart", "servers", "store"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openTab(t)
			b.withoutScripts()
			b.visit("/labs/" + name)
			b.click("#begin")
			b.until("document.activeElement.id === 'title-1'")
			for task := 1; task <= eval[int](b, "document.querySelectorAll('.task').length"); task++ {
				b.predictBare(name, task)
				for act := 1; act <= eval[int](b, fmt.Sprintf("document.querySelectorAll('#task-%d form[data-calls]').length", task)); act++ {
					eval[bool](b, "(window.before = true)")
					b.click(fmt.Sprintf("#act-%d-%d", task, act))
					b.until(fmt.Sprintf("!window.before && document.querySelector('#result-%d #answered li')", task))
				}
				b.until(fmt.Sprintf("document.querySelector('#task-%d').dataset.state === 'done'", task))
			}
			b.until("document.querySelector('#lab-status').dataset.standing === 'finished'")
		})
	}
}

// predictBare answers the questions of the lab about restarts. The variables that the page carries stay.
func (b *tab) predictBare(lab string, task int) {
	b.t.Helper()
	if lab != "restart" || !eval[bool](b, fmt.Sprintf("Boolean(document.querySelector('#predict-%d'))", task)) {
		return
	}
	answer := eval[string](b, fmt.Sprintf("document.querySelector('#predict-%d button').id", task))
	b.click("#" + answer)
	b.untilText(fmt.Sprintf("#predicted-%d", task), "You predicted: ")
}

// Resetting asks first, and names what is lost, also without JavaScript.
func TestResettingAsksFirst(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.begin("roles")
	b.pressAct(1, 1)
	b.until("document.querySelector('#task-1').dataset.state === 'done'")
	b.withoutScripts()
	b.visit("/labs/roles")
	b.click("#over")
	b.untilText("#over-question[open]", "You lose 1 of 5 tasks done and 3 recorded requests. The room of this lab closes. This cannot be undone.")
	b.click("#over-sure")
	b.untilText("#lab-place", "5 tasks, not started")
	b.visit("/labs")
	b.click("#over-seat")
	b.untilText("#over-seat-question[open]", "You lose 0 finished labs, 0 done tasks and the")
}

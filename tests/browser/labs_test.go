package browser

import (
	"fmt"
	"os"
	"testing"
)

// Every lab is done on its page: its buttons are pressed in a real Chromium, from the
// first to the last, and every task is ticked. The finished page is accessible and
// fits.
func TestLabsByTheirButtons(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/labs")
	for _, name := range eval[[]string](b, "[...document.querySelectorAll('.lab-card a')].map(a => a.pathname.split('/')[2])") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openTab(t)
			b.patience = longPatience
			b.visit("/labs/" + name)
			b.click("#begin")
			b.until("document.querySelector('#lab-status')?.dataset.standing === 'running'")
			pressed := 0
			for task := 1; task <= eval[int](b, "document.querySelectorAll('.task').length"); task++ {
				if hints := eval[int](b, fmt.Sprintf("document.querySelectorAll('#task-%d .hint').length", task)); hints != 3 {
					t.Errorf("task %d has %d hints", task, hints)
				}
				for act := 1; act <= eval[int](b, fmt.Sprintf("document.querySelectorAll('#task-%d form[data-calls]').length", task)); act++ {
					b.click(fmt.Sprintf("#act-%d-%d", task, act))
					pressed++
					b.until(fmt.Sprintf("document.querySelector('#lab').dataset.pressed === '%d'", pressed))
				}
				b.until(fmt.Sprintf("document.querySelector('#task-%d').dataset.state === 'done'", task))
			}
			b.until("document.querySelector('#lab-status').dataset.standing === 'finished'")
			b.inspectFinished(name)
		})
	}
}

// inspectFinished looks at the finished page at three widths, light and dark.
func (b *tab) inspectFinished(name string) {
	b.t.Helper()
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		b.t.Fatalf("run ./test once, it fetches axe-core: %v", err)
	}
	b.do(evaluateScript(string(axe)))
	for _, width := range []int64{1440, 820, 390} {
		for _, scheme := range []string{"light", "dark"} {
			b.prefer(scheme, width)
			if wide := eval[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
				b.t.Errorf("%s at %d: %d pixels wider than the screen", name, width, wide)
			}
			b.shoot(fmt.Sprintf("lab-%s-%d-%s", name, width, scheme))
			for _, fault := range b.audit(scheme, width) {
				b.t.Errorf("%s at %d, %s: %s", name, width, scheme, fault)
			}
		}
	}
}

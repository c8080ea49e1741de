package browser

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// screens are the sizes at which what a press did has to be in sight.
var screens = []struct{ width, height int64 }{{1440, 900}, {390, 844}}

// onEachScreen has every lab done at each of the screens. Else half of the labs are done at the one, and half at the
// other. Before a release it is
//
//	go test ./tests/browser -run TestLabsByTheirButtons -screens
var onEachScreen = flag.Bool("screens", false, "do every lab at each size of the screen")

// Every lab is done on its page: its buttons are pressed in a real Chromium, from the
// first to the last, and every task is ticked. After each press the answers are in sight
// beside the button, which keeps the focus. The finished page is accessible and fits.
func TestLabsByTheirButtons(t *testing.T) {
	t.Parallel()
	for n, name := range labNames(t) {
		for i, screen := range screens {
			if i != n%len(screens) && !*onEachScreen {
				continue
			}
			t.Run(fmt.Sprintf("%s at %d", name, screen.width), func(t *testing.T) {
				t.Parallel()
				b := openTab(t)
				b.patience = longPatience
				b.do(chromedp.EmulateViewport(screen.width, screen.height))
				b.begin(name)
				b.until("document.activeElement === document.querySelector('#task-1 summary')")
				b.doLab(name)
				b.untilText("#lab-toast", "Lab finished")
				b.until(inSight("#lab-toast"))
				b.readAgain(name)
			})
		}
	}
}

// begin opens the page of a lab and begins it.
func (b *tab) begin(name string) {
	b.t.Helper()
	b.visit("/labs/" + name)
	b.click("#begin")
	b.until("document.querySelector('#lab-status')?.dataset.standing === 'running'")
}

// doLab presses all buttons of a lab.
func (b *tab) doLab(name string) {
	b.t.Helper()
	pressed := 0
	tasks := eval[int](b, "document.querySelectorAll('.task').length")
	for task := 1; task <= tasks; task++ {
		b.checkHints(task)
		b.predict(task)
		if open := eval[[]string](b, "[...document.querySelectorAll('#tasks > li > details[open]')].map((details) => details.parentElement.id)"); len(open) != 1 {
			b.t.Errorf("%s: %v are open", name, open)
		}
		for act := 1; act <= eval[int](b, fmt.Sprintf("document.querySelectorAll('#task-%d form[data-calls]').length", task)); act++ {
			b.pressAct(task, act)
			pressed++
			b.until(fmt.Sprintf("document.querySelector('#lab').dataset.pressed === '%d'", pressed))
			b.checkAnswers(task, act)
		}
		b.until(fmt.Sprintf("document.querySelector('#task-%d').dataset.state === 'done'", task))
		b.checkOutcome(task)
		if task < tasks {
			b.click(fmt.Sprintf("#next-%d", task))
			b.until(fmt.Sprintf("document.activeElement === document.querySelector('#task-%d summary')", task+1))
		}
	}
	if pressed == 0 {
		b.t.Fatal("there was no button")
	}
	b.until("document.querySelector('#lab-status').dataset.standing === 'finished'")
}

// pressAct presses a button of a task, which is open.
func (b *tab) pressAct(task, act int) {
	b.t.Helper()
	b.click(fmt.Sprintf("#act-%d-%d", task, act))
}

// checkHints checks that a task has three hints, that say which of them they are.
func (b *tab) checkHints(task int) {
	b.t.Helper()
	words := eval[[]string](b, fmt.Sprintf("[...document.querySelectorAll('#task-%d .hint > summary')].map((summary) => summary.textContent)", task))
	if len(words) != 3 || words[0] != "Hint 1 of 3" || !strings.Contains(words[1], "hint") || !strings.Contains(words[2], "answer") {
		b.t.Errorf("task %d has the hints %q", task, words)
	}
}

// checkAnswers checks that what a press did is said in sight, in words, and that its button has the focus.
func (b *tab) checkAnswers(task, act int) {
	b.t.Helper()
	answers := fmt.Sprintf("#answers-%d", task)
	said := eval[[]string](b, fmt.Sprintf("[...document.querySelectorAll('%s li')].map((line) => line.innerText)", answers))
	where := fmt.Sprintf("button %d of task %d", act, task)
	if len(said) == 0 {
		b.t.Errorf("%s says nothing", where)
		return
	}
	for _, line := range said {
		if strings.Contains(line, `{"`) {
			b.t.Errorf("%s says %s", where, line)
		}
	}
	for _, line := range []string{answers + " li:first-child", answers + " li:last-child"} {
		if !eval[bool](b, inSight(line)) {
			b.t.Errorf("%s is answered out of sight: %q", where, said)
		}
	}
	if at := eval[string](b, "document.activeElement.id"); at != fmt.Sprintf("act-%d-%d", task, act) {
		b.t.Errorf("after %s the focus is at %q", where, at)
	}
}

// inSight is an expression that tells whether an element lies in the window with nothing before it.
func inSight(selector string) string {
	return fmt.Sprintf(`(() => {
		const element = document.querySelector(%q);
		const {left, top, bottom} = element.getBoundingClientRect();
		return top >= 0 && bottom <= innerHeight && [top + 2, bottom - 2].every((y) => {
			const there = document.elementFromPoint(left + 2, y);
			return element.contains(there) || there?.contains(element);
		});
	})()`, selector)
}

// readAgain checks that a finished lab is a reference: all of it can be unfolded, and what it taught is open.
func (b *tab) readAgain(name string) {
	b.t.Helper()
	b.visit("/labs/" + name)
	if !eval[bool](b, "document.querySelector('#learned').open && document.querySelectorAll('#tasks > li > details[open]').length === 0") {
		b.t.Error("a finished lab does not begin with what it taught")
	}
	all := eval[int](b, `[...document.querySelectorAll('#tasks > li > details > summary')].map((summary) => summary.click()),
		document.querySelectorAll('#tasks > li > details[open]').length - document.querySelectorAll('.task').length`)
	if all != 0 {
		b.t.Errorf("not all tasks can be unfolded: %d", all)
	}
	b.inspect("lab-" + name + "-unfolded")
}

func labNames(t *testing.T) (names []string) {
	t.Helper()
	answer, err := http.Get(openSite(t).URL + "/api/labs")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var labs []struct{ Name string }
	if err := json.NewDecoder(answer.Body).Decode(&labs); err != nil {
		t.Fatal(err)
	}
	for _, lab := range labs {
		names = append(names, lab.Name)
	}
	return names
}

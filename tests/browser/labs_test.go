package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

// Every lab is done on its page: its buttons are pressed in a real Chromium, from the
// first to the last, and every task is ticked. The finished page is accessible and
// fits.
func TestLabsByTheirButtons(t *testing.T) {
	t.Parallel()
	for _, name := range labNames(t) {
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
			if pressed == 0 {
				t.Fatal("there was no button")
			}
			b.until("document.querySelector('#lab-status').dataset.standing === 'finished'")
			b.inspect("lab-" + name)
		})
	}
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

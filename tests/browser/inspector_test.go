package browser

import (
	"fmt"
	"testing"
)

// The button is at the foot of a long trace: what comes of it is shown from its
// sentence on, and the keyboard goes on from there.
func TestRequestSentAgainComesIntoView(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	for _, width := range []int64{1440, 390} {
		b.prefer("light", width)
		b.visit("/inspector")
		for _, button := range []string{"[data-send]:not([data-beside])", "[data-beside]"} {
			b.until("document.querySelector('#chosen [data-send]')")
			before := eval[string](b, "location.href")
			b.click("#chosen " + button)
			b.until("location.href !== '" + before + "'")
			b.until("(({ top }) => top >= 0 && top < innerHeight / 2)(document.querySelector('#chosen .trace-verdict').getBoundingClientRect())")
			b.until("document.activeElement.id === 'chosen'")
		}
	}
	b.clean()
}

// What arrives while a filtered list is on its way stands in it, once, and so does what
// that list has already. The last filter counts, also when an answer comes late.
func TestFilteredListLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/inspector")
	before := eval[int](b, "document.querySelectorAll('#rows > li').length")
	arrive := b.hold("/inspector?", "")
	choose := `((name, value) => { const select = document.querySelector('#filter').elements.namedItem(name); select.value = value; select.dispatchEvent(new Event('change', { bubbles: true })); return true; })`
	eval[bool](b, choose+"('outcome', 'denied')")
	eval[bool](b, choose+"('outcome', 'allowed')")
	b.until("window.held")
	eval[int](b, "fetch('/api/session/me').then((answer) => answer.status)")
	b.until(fmt.Sprintf("document.querySelectorAll('#rows > li').length === %d", before+1))
	arrive()
	b.until(fmt.Sprintf("document.querySelectorAll('#rows > li').length === %d", before+1))
	b.until("[...document.querySelectorAll('#rows > li')].every((row) => row.dataset.outcome === 'allowed')")
	eval[int](b, "fetch('/api/session/me').then((answer) => answer.status)")
	b.until(fmt.Sprintf("document.querySelectorAll('#rows > li').length === %d", before+2))
	if n := eval[int](b, "new Set([...document.querySelectorAll('#rows > li')].map((row) => row.dataset.id)).size"); n != before+2 {
		t.Errorf("%d different ones of %d", n, before+2)
	}
	b.clean()
}

// The diagram of a request with five lanes can be read on a phone.
func TestDiagramCanBeReadOnAPhone(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.prefer("light", 390)
	b.visit("/")
	size := eval[float64](b, "(svg => parseFloat(getComputedStyle(svg).fontSize) * svg.clientWidth / svg.viewBox.baseVal.width)(document.querySelector('#door-session .sequence'))")
	if size < 9.5 {
		t.Errorf("its letters are %.1f pixels high", size)
	}
}

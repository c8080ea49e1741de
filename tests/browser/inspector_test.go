package browser

import "testing"

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

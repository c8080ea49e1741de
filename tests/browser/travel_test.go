package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A request is seen on its way along the wires, to the server that answered it and to
// the store that was asked: a token asks none.
func TestRequestsTravelAlongTheWires(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--servers=5", "--balance=round-robin", "--store=redis")
	b.logInAtBoth()
	for _, width := range []int64{1440, 820, 390} {
		b.do(chromedp.EmulateViewport(width, 1000))
		b.visit("/servers")
		b.until("document.querySelectorAll('[data-state=ready]').length === 5")
		eval[bool](b, watchTravellers)
		b.click("#ask-again")
		b.until("window.travelled.length >= 2")
		for _, trip := range eval[[]traveller](b, "window.travelled") {
			if len(trip.Corners) < 6 || !trip.Inside {
				t.Errorf("at %d: %+v", width, trip)
			}
			for i, corner := range trip.Corners[1:] {
				if last := trip.Corners[i]; !near(corner[0], last[0]) && !near(corner[1], last[1]) {
					t.Errorf("at %d it cuts across: %v to %v", width, last, corner)
				}
			}
			if trip.Redis != strings.Contains(trip.Class, "session") {
				t.Errorf("at %d: %s, and Redis was asked: %v", width, trip.Class, trip.Redis)
			}
		}
	}
	b.clean()
}

func near(a, b float64) bool { return a-b < 2 && b-a < 2 }

// traveller is what a dot did: the corners of its way there and back.
type traveller struct {
	Class         string
	Corners       [][2]float64
	Inside, Redis bool // of the picture; at the box of Redis
}

const watchTravellers = `(() => {
	window.travelled = [];
	const stage = document.querySelector('#travellers');
	new MutationObserver((changes) => {
		for (const dot of changes.flatMap((change) => [...change.addedNodes])) {
			const at = stage.getBoundingClientRect();
			const redis = document.querySelector('#room [data-node=redis]').getBoundingClientRect();
			const corners = dot.getAnimations()[0].effect.getKeyframes().map(({ transform }) => transform.match(/-?[\d.]+(?=px)/g).map(Number));
			window.travelled.push({
				Class: dot.className,
				Corners: corners,
				Inside: corners.every(([x, y]) => x >= 0 && y >= 0 && x <= at.width && y <= at.height),
				Redis: corners.some(([x, y]) => x > redis.left - at.left && x < redis.right - at.left && y > redis.top - at.top && y < redis.bottom - at.top),
			});
		}
	}).observe(stage, { childList: true });
	return true;
})()`

package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// Visitors come by one move of the slider. Where servers take turns and sessions are in memory, red
// dots come back from the servers that do not know them; one switch heals it. The token door
// refuses nobody, the seat's own list stays its own, and a refused visit can be opened.
func TestVisitorsShowWhoIsRefused(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--servers=2", "--balance=round-robin")
	b.do(chromedp.EmulateViewport(1280, 720))
	b.visit("/servers")
	listed := eval[int](b, "fetch('/api/traces').then(r => r.json()).then(all => all.length)")
	b.until("document.querySelectorAll('[data-state=ready]').length === 2")
	eval[bool](b, watchDots)
	b.slide(10)
	b.until("window.dots.denied > 4 && window.dots.token > 4")
	b.until("document.querySelector('[data-tally=session] progress').value < document.querySelector('[data-tally=session] progress').max")
	b.shoot("visitors-refused")
	for _, part := range []string{"#per-second", "#switches", "[data-tally=token]", "[data-node=server-2]", "[data-node=store]", "#still"} {
		if bottom := eval[float64](b, fmt.Sprintf("document.querySelector(%q).getBoundingClientRect().bottom", part)); bottom > 720 {
			t.Errorf("%s ends at %v, below the screen", part, bottom)
		}
	}
	if text := eval[string](b, "document.querySelector('[data-tally=token] [data-show=count]').textContent"); !allAllowed(text) {
		t.Errorf("token door: %s", text)
	}
	refused := eval[string](b, "document.querySelector('[data-tally=session] [data-show=refused]').href")
	b.pressRoom("#switch-database")
	b.until("document.querySelector('[data-tally=session] progress').value === document.querySelector('[data-tally=session] progress').max")
	b.until("document.querySelectorAll('#travellers .traveller-denied').length === 0")
	b.shoot("visitors-healed")
	if now := eval[int](b, "fetch('/api/traces').then(r => r.json()).then(all => all.filter((t) => t.client).length)"); now != 0 {
		t.Errorf("%d visits in the seat's list, which had %d requests", now, listed)
	}
	b.slide(0)
	b.until("fetch('/api/visitors').then(r => r.json()).then(v => v.per_second)")
	b.visit(refused[len(b.URL):])
	b.until("location.pathname.startsWith('/inspector/')")
	b.clean(unauthorized, "status of 404")
}

func allAllowed(text string) bool {
	var allowed, all int
	n, _ := fmt.Sscanf(text, "%d of %d allowed", &allowed, &all)
	return n == 2 && allowed == all && all > 0
}

// slide moves the slider of the visitors.
func (b *tab) slide(perSecond int) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(() => {
		const slider = document.querySelector('#per-second');
		slider.value = %d;
		return slider.dispatchEvent(new Event('input', { bubbles: true }));
	})()`, perSecond))
}

// watchDots counts the dots by their door, and those that come back red.
const watchDots = `(() => {
	window.dots = { session: 0, token: 0, denied: 0 };
	const seen = new WeakSet();
	new MutationObserver((changes) => {
		for (const { addedNodes, target } of changes) {
			for (const dot of addedNodes) window.dots[dot.className.match(/traveller-(session|token)/)[1]]++;
			if (target.classList.contains('traveller-denied') && !seen.has(target)) window.dots.denied++, seen.add(target);
		}
	}).observe(document.querySelector('#travellers'), { childList: true, subtree: true, attributes: true, attributeFilter: ['class'] });
	return true;
})()`

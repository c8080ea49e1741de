package browser

import (
	"fmt"
	"testing"
)

// Any number of servers is drawn with a wire to each: no box lies over another, or
// reaches out of the picture, on any screen.
func TestServerRoomHoldsNineServers(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--balance=round-robin")
	b.visit("/servers")
	for _, servers := range []int{1, 2, 3, 5, 9} {
		b.patch(`{"servers": ` + itoa(servers) + `}`)
		b.until("document.querySelectorAll('[data-state=ready]').length === " + itoa(servers))
		for _, width := range []int64{1440, 1040, 820, 390} {
			b.prefer("light", width)
			b.shoot(fmt.Sprintf("room-%d-%d", servers, width))
			if wide := eval[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
				t.Errorf("%d servers at %d: %d pixels wider than the screen", servers, width, wide)
			}
			faults := eval[[]string](b, `(() => {
				const room = document.querySelector('#room').getBoundingClientRect();
				const boxes = [...document.querySelectorAll('#room .node, #room .server-box, #room .cylinder')];
				const at = boxes.map((box) => box.getBoundingClientRect());
				const faults = boxes.filter((box, i) => at[i].left < room.left || at[i].right > room.right || box.scrollWidth > box.clientWidth).map((box) => box.dataset.node + ' is cut');
				at.forEach((a, i) => at.slice(i + 1).forEach((b, j) => {
					if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) faults.push(boxes[i].dataset.node + ' lies over ' + boxes[i + 1 + j].dataset.node);
				}));
				return faults;
			})()`)
			for _, fault := range faults {
				t.Errorf("%d servers at %d: %s", servers, width, fault)
			}
		}
	}
	b.clean()
}

package browser

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// C1: where others may see the screen, on a site that they can reach and with *Presenter*, no page shows any of the
// seat, whatever is unfolded, and what is copied has it.
func TestSeatIsOnNoScreenThatOthersSee(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{"shared": shared, "presenter": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openTab(t, arguments...)
			b.visit("/inspector")
			look := b.inspect
			if name == "presenter" {
				look = b.shoot
				eval[bool](b, "(localStorage.setItem('presenter', 'on'), true)")
			}
			b.visit("/labs")
			code := eval[string](b, "document.querySelector('#copy-seat').dataset.copy")
			b.showsNone("/labs", name == "presenter", code) // on a shared site a press shows it, after a warning
			b.copies("#copy-seat", code)
			look("seat-labs-" + name)
			b.visit("/labs/restart")
			seat := b.seatToCopy()
			b.showsNone("/labs/restart", true, seat, code)
			b.copies("#in-a-terminal [data-copy]", "SEAT='"+seat+"'")
			look("seat-lab-" + name)
			b.visit("/inspector")
			b.showsNone("/inspector", true, seat, code)
			b.copies(".trace-empty [data-copy]", "-H 'Seat: "+seat+"' ")
			b.logInAtBoth()
			b.visit("/inspector")
			b.showsNone("/inspector", true, seat, code)
			b.copies("#chosen .trace .command [data-copy]", "-H 'Seat: "+seat+"' ")
			b.untilText("#chosen .trace .command code", `-H "Seat: $SEAT" `)
			look("seat-inspector-" + name)
		})
	}
}

// C1: whoever has no scripts gets the text on a site that only this machine can reach; a seat's code takes a press.
func TestSeatIsShownByAPressAtHome(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/labs/restart")
	seat := b.seatToCopy()
	b.withoutScripts()
	b.visit("/labs/restart")
	b.click("#in-a-terminal > summary")
	if strings.Contains(b.text(), seat) {
		t.Error("the seat is shown without a press")
	}
	b.click("#in-a-terminal .shows-seat summary")
	if !strings.Contains(b.text(), "SEAT='"+seat+"'") {
		t.Errorf("a press does not show the seat:\n%s", b.text())
	}
	b.visit("/labs")
	b.click(".lab-seat .shows-seat summary")
	if shown := regexp.MustCompile(`[A-Z2-7-]{39}`).FindString(b.text()); shown == "" {
		t.Errorf("a press does not show the seat's code:\n%s", b.text())
	}
}

// Over plain HTTP by a name there is no navigator.clipboard, and the copy has the seat all the same.
func TestCommandsAreCopiedWhereThereIsNoClipboard(t *testing.T) {
	t.Parallel()
	b := openByName(t)
	b.visit("/labs/restart")
	seat := b.seatToCopy()
	if there := eval[bool](b, "Boolean(navigator.clipboard)"); there {
		t.Fatal("there is a clipboard")
	}
	eval[bool](b, "(addEventListener('copy', (event) => { window.copied = event.clipboardData.getData('text/plain'); }), true)")
	b.click("#in-a-terminal > summary")
	b.click("#in-a-terminal [data-copy]")
	b.untilText("#in-a-terminal [data-copy]", "Copied")
	b.until(fmt.Sprintf("window.copied.includes(`SEAT='%s'`)", seat))
	b.until("getSelection().isCollapsed")
	if strings.Contains(b.text(), seat) {
		t.Error("the seat is shown")
	}
}

// seatToCopy is the seat as a lab's page has it for the clipboard.
func (b *tab) seatToCopy() string {
	b.t.Helper()
	found := regexp.MustCompile(`SEAT='([\w-]{43})'`).FindStringSubmatch(eval[string](b, "document.querySelector('#in-a-terminal [data-copy]').dataset.copy"))
	if found == nil {
		b.t.Fatal("nothing to copy has the seat")
	}
	return found[1]
}

// showsNone checks that a page in sight has no six characters of any secret.
func (b *tab) showsNone(path string, unfolded bool, secrets ...string) {
	b.t.Helper()
	if unfolded {
		eval[bool](b, "(document.querySelectorAll('details').forEach((each) => { each.removeAttribute('name'); each.open = true; }), true)")
	}
	text := b.text()
	for _, secret := range secrets {
		for at := range len(secret) - 5 {
			if part := secret[at : at+6]; strings.Contains(text, part) {
				b.t.Errorf("%s shows %s of %s:\n%s", path, part, secret, text)
				return
			}
		}
	}
}

// copies checks that a button puts a text on the clipboard.
func (b *tab) copies(button, want string) {
	b.t.Helper()
	eval[bool](b, "(navigator.clipboard.writeText = async (text) => { window.copied = text; }, true)")
	b.click(button)
	b.untilText(button, "Copied")
	if copied := eval[string](b, "window.copied"); !strings.Contains(copied, want) {
		b.t.Errorf("%s copies %q", button, copied)
	}
}

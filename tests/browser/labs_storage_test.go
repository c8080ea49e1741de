package browser

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// W4: a script injected into the vulnerable page can report to the lab, and send no other
// request as the visitor.
func TestScriptInTheHoleCannotActAsTheVisitor(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.begin("storage")
	ticket := eval[string](b, "fetch('/api/labs/storage/ticket', {method: 'POST'}).then((a) => a.json()).then((a) => a.ticket)")
	const script = `<script>(async () => {
		const shut = (attempt) => attempt.then(() => 'open', () => 'shut');
		const report = {
			localStorage: await shut(fetch('/api/session/me')),
			sessionStorage: await shut(fetch('/api/token/refresh', {method: 'POST'})),
			cookie: await shut(new Promise((then, fail) => { const i = new Image(); i.onload = then; i.onerror = fail; i.src = '/static/x/icons/favicon.svg'; })),
		};
		await fetch('/api/labs/storage/caught', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(report)});
		document.title = 'reported';
	})()</script>`
	eval[bool](b, fmt.Sprintf("setTimeout(() => { location.href = '/labs/storage/hole?' + new URLSearchParams({ticket: %q, say: %s}) }), true", ticket, "`"+strings.ReplaceAll(script, "</script>", "<\\/script>")+"`"))
	b.until("document.title === 'reported'")
	b.visit("/labs/storage")
	b.until("document.querySelector('#tasks').textContent.includes('read shut from localStorage, shut from sessionStorage and shut from document.cookie')")
}

// The lab has one window open at a time, also when that was at the foreign site, and the next press closes it. The
// foreign site stays long enough to be read.
func TestStorageHasOneWindow(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.patience = longPatience
	b.begin("storage")
	pressed := 0
	press := func(act string) {
		b.click(act)
		pressed++
		b.until(fmt.Sprintf("document.querySelector('#lab').dataset.pressed === '%d'", pressed))
	}
	next := func(task int) {
		b.click(fmt.Sprintf("#next-%d", task))
		b.until(fmt.Sprintf("document.activeElement === document.querySelector('#task-%d summary')", task+1))
	}
	press("#act-1-1")
	press("#act-1-2")
	next(1)
	press("#act-2-1")
	press("#act-2-2")
	b.untilWindows("/labs/storage/hole")
	b.untilText("#lab-stage", "read eyJ")
	press("#act-2-3")
	b.untilWindows()
	press("#act-2-4")
	next(2)
	for _, act := range []string{"#act-3-1", "#act-3-2", "#act-3-3", "#act-3-4"} {
		press(act)
	}
	next(3)
	press("#act-4-1")
	began := time.Now()
	press("#act-4-2")
	if took := time.Since(began); took < 5*time.Second {
		t.Errorf("the foreign site was there for less than %s", took)
	}
	b.untilWindows("/labs/storage/arrived")
	next(4)
	press("#act-5-1")
	b.untilWindows()
}

// untilWindows waits until the windows that the lab opened show these paths.
func (b *tab) untilWindows(paths ...string) {
	b.t.Helper()
	site, err := url.Parse(b.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	var open []string
	for began := time.Now(); time.Since(began) < b.patience; {
		targets, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		open = nil
		for _, one := range targets {
			if at, err := url.Parse(one.URL); err == nil && one.Type == "page" && at.Port() == site.Port() && strings.HasPrefix(at.Path, "/labs/storage/") {
				open = append(open, at.Path)
			}
		}
		if fmt.Sprint(open) == fmt.Sprint(paths) {
			return
		}
	}
	b.t.Fatalf("the windows are at %v, not at %v", open, paths)
}

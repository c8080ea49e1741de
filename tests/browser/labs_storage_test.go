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
	b.visit("/labs/storage")
	b.click("#begin")
	b.until("document.querySelector('#lab-status')?.dataset.standing === 'running'")
	pressed := 0
	press := func(act string) {
		b.click(act)
		pressed++
		b.until(fmt.Sprintf("document.querySelector('#lab').dataset.pressed === '%d'", pressed))
	}
	for _, act := range []string{"#act-1-1", "#act-1-2", "#act-2-1", "#act-2-2"} {
		press(act)
	}
	b.untilWindows("/labs/storage/hole")
	b.untilText("#lab-stage", "read eyJ")
	for _, act := range []string{"#act-2-3", "#act-2-4", "#act-3-1", "#act-3-2", "#act-3-3", "#act-3-4", "#act-4-1"} {
		press(act)
	}
	b.untilWindows()
	began := time.Now()
	press("#act-4-2")
	if took := time.Since(began); took < 5*time.Second {
		t.Errorf("the foreign site was there for less than %s", took)
	}
	b.untilWindows("/labs/storage/arrived")
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

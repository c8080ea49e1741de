package browser

import (
	"fmt"
	"strings"
	"testing"
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

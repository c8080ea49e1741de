package browser

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

func itoa(n int) string { return strconv.Itoa(n) }

// axeFile is the accessibility checker, fetched by ./test.
const axeFile = "../tools/node_modules/axe-core/axe.min.js"

// Every page, in both colour schemes and at three widths: nothing that axe-core
// finds, nothing wider than the screen, nothing on the console.
func TestEveryPageIsAccessibleAndFits(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--servers=2", "--store=memory")
	b.visit("/signup") // before a login, as a stranger sees it
	b.logInAtBoth()
	eval[int](b, "fetch('/api/session/admin').then(r => r.status)")
	eval[int](b, "fetch('/api/token/me', {headers: {Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.'}}).then(r => r.status)")
	refused := eval[string](b, "fetch('/api/session/admin').then(r => r.headers.get('Trace-Id'))")
	token := eval[string](b, "document.querySelector('#token-trace').dataset.trace")

	pages := map[string]string{
		"home": "/", "inspector": "/inspector", "trace-denied": "/inspector/" + refused, "trace-token": "/inspector/" + token,
		"compare": "/inspector/" + refused + "?with=" + token, "servers": "/servers", "settings": "/servers/settings", "survive": "/servers/survive", "balance": "/servers/balance", "labs": "/labs", "lab": "/labs/restart", "session-login": "/session/login",
		"session-account": "/session/account", "token-login": "/token/login", "token-account": "/token/account",
		"signup": "/signup", "any-token": "/inspector/token", "token-of-trace": "/inspector/token?trace=" + token, "missing": "/inspector/NOSUCHTRACE", "code": "/inspector/code/session/authorize.go?line=41",
	}
	for name, path := range pages {
		b.visit(path)
		b.until("document.readyState === 'complete'")
		b.inspect(name)
		for _, width := range []int64{1440, 390} {
			b.prefer("light", width)
			if small := eval[[]string](b, "("+smallerThan+")(12)"); len(small) > 0 {
				t.Errorf("%s at %d has texts below 12 pixels: %q", name, width, small)
			}
		}
	}
	b.clean(unauthorized, "status of 403", "status of 404")
}

// look is one way to look at a page, and the rules of axe-core that are asked there:
// all on a wide and light one, then only what is new. In the dark those are the colours,
// and what depends on the room on a phone; at 820 pixels a page looks like one of the
// others.
type look struct {
	scheme string
	width  int64
	rules  string // empty for none
}

var looks = []look{
	{"light", 1440, "{}"},
	{"dark", 1440, "{runOnly: ['color-contrast', 'link-in-text-block']}"},
	{"light", 820, ""},
	{"light", 390, "{runOnly: ['scrollable-region-focusable', 'target-size', 'region', 'nested-interactive']}"},
}

// inBetween only makes more pictures: no page is wider in the dark.
var inBetween = []look{{"dark", 820, ""}, {"dark", 390, ""}}

// inspect looks at a page in each way.
func (b *tab) inspect(name string) {
	b.t.Helper()
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		b.t.Fatalf("run ./test once, it fetches axe-core: %v", err)
	}
	b.do(evaluateScript(string(axe)))
	for _, l := range looks {
		b.prefer(l.scheme, l.width)
		if wide := eval[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
			b.t.Errorf("%s at %d: %d pixels wider than the screen", name, l.width, wide)
		}
		b.shoot(fmt.Sprintf("%s-%d-%s", name, l.width, l.scheme))
		if l.rules == "" {
			continue
		}
		faults := eval[[]string](b, `axe.run(document, {resultTypes: ['violations'], ...`+l.rules+`}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.any.map(a => a.message)).join('; ')))`)
		for _, fault := range faults {
			b.t.Errorf("%s at %d, %s: %s", name, l.width, l.scheme, fault)
		}
	}
	if shots() == "" {
		return
	}
	for _, l := range inBetween {
		b.prefer(l.scheme, l.width)
		b.shoot(fmt.Sprintf("%s-%d-%s", name, l.width, l.scheme))
	}
}

// A first visit loads less than 60 KB, whichever page it begins with.
func TestFirstVisitIsSmall(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	for _, path := range []string{"/", "/inspector", "/inspector/token", "/servers", "/servers/settings", "/servers/survive", "/labs", "/labs/restart", "/session/login", "/token/login", "/signup", "/class"} {
		b.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
			_, err := cdp.Call(ctx, t, network.ClearBrowserCache, cdp.Empty{})
			return chromedp.Void{}, err
		})
		b.visit(path)
		b.until("document.readyState === 'complete'")
		const sizes = "performance.getEntries().filter(e => e.transferSize).reduce((n, e) => n + e.transferSize, 0)"
		if size := eval[int](b, sizes); size == 0 || size > 60_000 {
			t.Errorf("%s: %d bytes", path, size)
		} else {
			t.Logf("%s: %d bytes", path, size)
		}
	}
}

// W6: what visitors send is shown and never run.
func TestNaughtyStringsAreShownInert(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/")
	for _, naughty := range []string{`<script>window.pwned=1</script>`, `"><img src=x onerror=window.pwned=1>`, `'--></style><svg onload=window.pwned=1>`, "a\u202eb"} {
		quoted := strconv.QuoteToASCII(naughty)
		eval[int](b, `fetch('/api/session/me?' + encodeURIComponent(`+quoted+`), {headers: {Authorization: 'Bearer x'}}).then(r => r.status)`)
		eval[int](b, `fetch('/api/token/' + encodeURIComponent(`+quoted+`), {headers: {Authorization: 'Bearer ' + btoa(JSON.stringify({alg: 'none', kid: encodeURIComponent(`+quoted+`)})) + '.e30.AAAA'}}).then(r => r.status)`)
		eval[int](b, `fetch('/api/session/login', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({username: `+quoted+`, password: 'x'})}).then(r => r.status)`)
	}
	for _, path := range []string{"/", "/inspector", "/servers"} {
		b.visit(path)
		b.until("document.readyState === 'complete'")
		if eval[bool](b, "'pwned' in window") {
			t.Errorf("%s ran a script", path)
		}
	}
	ids := eval[[]string](b, "fetch('/api/traces').then(r => r.json()).then(ts => ts.map(t => t.id))")
	for _, id := range ids {
		b.visit("/inspector/" + id)
		if eval[bool](b, "'pwned' in window") {
			t.Errorf("trace %s ran a script", id)
		}
	}
	if len(ids) < 8 || strings.Contains(b.text(), "undefined") {
		t.Errorf("%d traces", len(ids))
	}
}

package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The sample is explained, mended and signed again, with a script and without.
func TestTokenPageWithAndWithoutJavaScript(t *testing.T) {
	t.Parallel()
	for _, scripts := range []bool{true, false} {
		b := openTab(t)
		if !scripts {
			b.withoutScripts()
		}
		b.visit("/inspector/token")
		b.untilText("#token-apart", "Girish Jaju")
		b.untilText("#token-which", "A sample token")
		for part, text := range map[string]string{
			"#token-apart": "Character 111 of the payload", "#token-checked": "character 111 of the payload", "#token-full": "192 bytes",
		} {
			b.untilText(part, text)
		}
		b.shoot("token-sample")
		if marked := eval[string](b, "[...document.querySelectorAll('#token-full mark')].map(m => m.textContent).join()"); marked != "1" {
			t.Errorf("marked as wrong: %q", marked)
		}
		if shown := eval[string](b, "document.querySelector('#token-full .jwt').textContent"); shown != eval[string](b, "document.querySelector('textarea[name=token]').value") {
			t.Errorf("shown in colours: %q", shown)
		}
		b.click("button[value=mend]")
		b.untilText("#token-checked", "Signature valid")
		b.untilText("#token-apart", "never expires")

		b.do(chromedp.SetValue(chromedp.CSS("textarea[name=payload]"), `{"sub":"1","exp":4102444800}`))
		b.click("button[value=sign]")
		b.untilText("#token-made", "Signed")
		b.untilText("#token-apart", "Valid now")
		b.untilText("#token-full", "1 January 2100")

		b.do(chromedp.SetValue(chromedp.CSS("input[name=at]"), "9"), chromedp.SetValue(chromedp.CSS("select[name=part]"), "payload"))
		b.click("button[value=flip]")
		b.untilText("#token-flipped", "noticed by")
		b.untilText("#token-checked", "differs by one character")
		if address := eval[string](b, "location.href"); strings.Contains(address, "eyJ") {
			t.Errorf("the token is in the address: %s", address)
		}
		b.clean()
	}
}

// The page opens with a token decoded, the visitor's own where there is one: token, parts and verdicts are on one
// screen, and below them no column stands empty.
func TestTokenPageOpensDecodedOnOneScreen(t *testing.T) {
	t.Parallel()
	for whose, arguments := range map[string][]string{"A sample token": {}, "Your token": {"--alg=ES256"}} {
		b := openTab(t, arguments...)
		if whose == "Your token" {
			b.logInAtBoth()
		}
		b.do(chromedp.EmulateViewport(1440, 900))
		b.visit("/inspector/token")
		b.untilText("#token-which", whose)
		const bottoms = "['#token-full .credential', '.token-verdicts', '.token-decoded .token-json:last-of-type', '.token-decoded .jwt-signature'].map((part) => Math.round([...document.querySelectorAll(part)].at(-1).getBoundingClientRect().bottom))"
		for _, bottom := range eval[[]int](b, bottoms) {
			if bottom > 900 {
				t.Errorf("%s: a part ends at %d pixels of 900", whose, bottom)
			}
		}
		for _, share := range eval[[]float64](b, "[...document.querySelectorAll('.token-panel')].map((panel) => { const [left, right] = [...panel.children].slice(1).map((column) => column.lastElementChild.getBoundingClientRect().bottom - column.getBoundingClientRect().top); return Math.min(left, right) / Math.max(left, right); })") {
			if share < 0.5 {
				t.Errorf("%s: one column of a panel fills %.0f %% of the other", whose, 100*share)
			}
		}
		b.shoot("token-" + strings.Fields(whose)[0])
		b.clean()
	}
}

// A token that is typed is taken apart at once, and a trace's token by one press.
func TestTokenPageFollowsTypingAndTraces(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/inspector/token")
	b.untilText("#token-which", "Your token")
	eval[string](b, "document.querySelector('textarea[name=token]').value = ''")
	b.fill("textarea[name=token]", "eyJhbGciOiJub25lIn0.e30.")
	b.untilText("#token-apart", "anybody could have written it")
	b.fill("textarea[name=token]", "x")
	b.untilText("#token-apart", "The signature has")
	b.do(chromedp.SetValue(chromedp.CSS("textarea[name=key]"), "another secret"))
	b.click("[data-own]")
	b.untilText("#token-apart", "urn:twodoors")
	b.untilText("#token-apart", "Valid now")
	b.untilText("#token-checked", "No key was given")

	before := eval[int](b, "fetch('/api/traces').then(r => r.json()).then(ts => ts.filter(t => t.path.includes('inspect')).length)")
	if before != 0 {
		t.Errorf("%d traces of looking at tokens stand among the requests", before)
	}
	b.visit("/inspector?door=token")
	b.click("a[href^='/inspector/token?trace=']")
	b.untilText("#token-apart", "urn:twodoors")
	b.untilText("#token-apart", "was cut after 6 characters")
	b.shoot("token-of-a-trace")
	b.clean()
}

// The site's own token is checked with its public key by one press, where it has one.
func TestTokenPageChecksItsOwnToken(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--alg=ES256")
	b.logInAtBoth()
	b.visit("/inspector/token")
	b.click("button[value=sample]")
	b.untilText("#token-apart", "Girish Jaju")
	b.click("[data-own]")
	b.untilText("#token-checked", "ES256, with an EC key on P-256")
	b.untilText("#token-apart", "Signature, 64 bytes")
	b.do(chromedp.SetValue(chromedp.CSS("select[name=accept]"), "RS256"))
	b.click(".token-verify button[value=inspect]")
	b.untilText("#token-checked", "not among the expected: RS256")
	b.clean()
}

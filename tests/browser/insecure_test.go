package browser

import (
	"strings"
	"testing"
)

// openByName opens a tab that reaches the site over plain HTTP by a name.
func openByName(t *testing.T) *tab {
	t.Helper()
	at := *openSite(t, "serve", "--hosts="+aName)
	at.URL = strings.Replace(at.URL, "localhost", aName, 1)
	return openTabAt(t, &at)
}

// Over plain HTTP by a name there is no Web Crypto. Pages that need it say so, and what to
// do, before anybody has begun; a button that cannot do its work says the same and has done
// nothing.
func TestPagesSayThatThereIsNoWebCrypto(t *testing.T) {
	t.Parallel()
	b := openByName(t)
	b.visit("/labs/exchange")
	for _, word := range []string{"Web Crypto", "HTTPS", "localhost", aName, "twodoors token verify"} {
		b.untilText("#lab > .fault", word)
	}
	b.click("#begin")
	b.until("document.querySelector('#lab-status')?.dataset.standing === 'running'")
	for pressed, button := range []string{"#act-2-1", "#act-2-2", "#act-2-3", "#act-3-1", "#act-4-1"} {
		b.click(button)
		b.until("document.querySelector('#lab').dataset.pressed === '" + string(rune('1'+pressed)) + "'")
	}
	for _, task := range []string{"2", "3", "4"} {
		b.untilText("#task-"+task+" [data-said]", "Web Crypto")
	}
	for _, address := range b.askedFor() {
		if strings.HasSuffix(address, "/api/keys/rotate") || strings.HasSuffix(address, "/challenge") {
			t.Errorf("%s was asked for though nothing could come of it", address)
		}
	}
	b.logInAtBoth()
	b.visit("/token/account")
	b.untilText("#third-party [data-show=signature]", "Web Crypto")
	b.click("#third-party [data-verify=kept]")
	b.untilText("#third-party [data-show=signature]", "Web Crypto")
	b.visit("/labs/storage")
	b.untilText("#lab > .fault", "under "+aName+" there is none")
	b.clean("Failed to load resource", "Cross-Origin-Opener-Policy", "Origin-Agent-Cluster")
}

// Nor is there a clipboard: what is to be copied is shown, selected.
func TestCopyShowsTheTextWhereThereIsNoClipboard(t *testing.T) {
	t.Parallel()
	b := openByName(t)
	b.logInAtBoth()
	b.visit("/token/account")
	b.until("document.querySelector('#token-card [data-show=role]').textContent === 'user'")
	b.click("#token-card [data-do=copy]")
	b.untilText("#token-card [data-show=said]", "The text is selected")
	b.until("(({value, selectionStart, selectionEnd}) => value === localStorage.getItem('token') && selectionStart === 0 && selectionEnd === value.length)(document.querySelector('#token-card textarea'))")
	b.until("document.activeElement === document.querySelector('#token-card textarea')")
}

// Under localhost all that is there, and nothing of this is said.
func TestNothingIsMissingUnderLocalhost(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	for _, lab := range []string{"exchange", "storage"} {
		b.visit("/labs/" + lab)
		b.until("document.querySelector('#begin')")
		if eval[bool](b, "Boolean(document.querySelector('#lab > .fault'))") {
			t.Errorf("the lab %s lacks something", lab)
		}
	}
}

// A browser takes a window for wanted only while the press lasts that opens it: the lab of
// storage opens its own at once, and asks the site afterwards.
func TestWindowsOpenInThePressItself(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/labs/storage")
	b.click("#begin")
	b.until("document.querySelector('#lab-status')?.dataset.standing === 'running'")
	eval[bool](b, `(() => {
		const open = window.open.bind(window);
		window.open = (...asked) => (window.event?.type === 'submit' ? open(...asked) : null);
		return true;
	})()`)
	for pressed, button := range []string{"#act-1-1", "#act-1-2", "#act-4-1", "#act-4-2"} {
		b.click(button)
		b.until("document.querySelector('#lab').dataset.pressed === '" + string(rune('1'+pressed)) + "'")
	}
	b.untilText("#task-1 [data-said]", "localStorage gave ")
	b.untilText("#task-4 [data-said]", "By link, ")
}

// What goes wrong in a page is not told as a site that does not answer, and whoever has no
// token is told so.
func TestFaultsAreToldByTheirCause(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/labs/exchange")
	b.click("#begin")
	b.until("document.querySelector('#lab-status')?.dataset.standing === 'running'")
	for pressed, button := range []string{"#act-3-1", "#act-4-1"} {
		b.click(button)
		b.until("document.querySelector('#lab').dataset.pressed === '" + string(rune('1'+pressed)) + "'")
	}
	b.untilText("#task-3 [data-said]", "no token in this browser")
	b.untilText("#task-4 [data-said]", "no token in this browser")
	said := eval[string](b, "import(document.querySelector('script[src$=\"/js/lab.js\"]').src.replace('lab.js', 'ask.js')).then(({why}) => why(new TypeError('x is undefined')))")
	if strings.Contains(said, "does not answer") || !strings.Contains(said, "x is undefined") {
		t.Error(said)
	}
}

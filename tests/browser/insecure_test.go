package browser

import (
	"fmt"
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
		b.untilText(".lab-main > .fault", word)
	}
	b.begin("exchange")
	b.pressAll("#act-2-1", "#act-2-2", "#act-2-3", "#act-3-1", "#act-4-1")
	for _, task := range []string{"2", "3", "4"} {
		b.untilText("#answers-"+task, "Web Crypto")
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
	b.untilText(".lab-main > .fault", aName+" has none")
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
	b.untilText("#card-answers", "The text is selected")
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
		if eval[bool](b, "Boolean(document.querySelector('.lab-main > .fault'))") {
			t.Errorf("the lab %s lacks something", lab)
		}
	}
}

// A browser takes a window for wanted only while the press lasts that opens it: the lab of
// storage opens its own at once, and asks the site afterwards.
func TestWindowsOpenInThePressItself(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.begin("storage")
	eval[bool](b, `(() => {
		const open = window.open.bind(window);
		window.open = (...asked) => (window.event?.type === 'submit' ? open(...asked) : null);
		return true;
	})()`)
	b.pressAll("#act-1-1", "#act-1-2", "#act-4-1", "#act-4-2")
	b.untilText("#answers-1", "from localStorage, ")
	b.untilText("#answers-4", "Sec-Fetch-Site")
}

// What goes wrong in a page is not told as a site that does not answer, and whoever has no
// token is told so.
func TestFaultsAreToldByTheirCause(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.begin("exchange")
	b.pressAll("#act-3-1", "#act-4-1")
	b.untilText("#answers-3", "no token in this browser")
	b.untilText("#answers-4", "no token in this browser")
	said := eval[string](b, "import(document.querySelector('script[src$=\"/js/lab.js\"]').src.replace('lab.js', 'ask.js')).then(({why}) => why(new TypeError('x is undefined')))")
	if strings.Contains(said, "does not answer") || !strings.Contains(said, "x is undefined") {
		t.Error(said)
	}
}

// pressAll presses buttons of a lab one after the other, each when the one before has been answered. A lab that has
// just begun leads to its first task, and folds the others.
func (b *tab) pressAll(buttons ...string) {
	b.t.Helper()
	b.until("document.activeElement.matches('#tasks summary')")
	for pressed, button := range buttons {
		eval[bool](b, fmt.Sprintf("(document.querySelector(%q).closest('.task > details').open = true)", button))
		b.click(button)
		b.until(fmt.Sprintf("document.querySelector('#lab').dataset.pressed === '%d'", pressed+1))
	}
}

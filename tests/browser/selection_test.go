package browser

import (
	"testing"
)

// To compare takes two ticks, and the page says so where it is seen. Ticks outlast a change of the filter.
func TestSelectionSaysWhatItTakes(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	one := b.traceOf("/api/session/me")
	b.visit("/inspector")
	b.click("input[value='" + one + "']")
	b.until("document.querySelector('#selection [formaction]').textContent === 'Save 1 as HAR'")
	b.click("#selection button:not([formaction])")
	b.untilText("#selection-said", "Tick two requests in the list to compare them. You have ticked 1.")
	eval[bool](b, "(select => (select.value = 'session', select.dispatchEvent(new Event('change', { bubbles: true }))))(document.querySelector('#filter [name=door]'))")
	b.until("[...document.querySelectorAll('#rows > li')].every(row => row.dataset.door === 'session') && document.querySelector('#rows input:checked')")
	eval[bool](b, "(select => (select.value = 'token', select.dispatchEvent(new Event('change', { bubbles: true }))))(document.querySelector('#filter [name=door]'))")
	b.until("document.querySelector('#selection [formaction]').textContent === 'Save all as HAR' && !document.querySelector('#rows input:checked')")
	b.clean()
}

// The code of a step unfolds once, however often one presses, and no two lines have one id.
func TestCodeUnfoldsOnce(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/inspector/" + b.traceOf("/api/session/me"))
	eval[bool](b, "[...document.querySelectorAll('[data-code]')].slice(0, 2).every(link => { link.click(); link.click(); return true; })")
	b.until("document.querySelectorAll('.rung .code').length === 2 && !document.querySelector('[data-code][aria-busy]')")
	if n := eval[int](b, "document.querySelectorAll('.rung .code').length + 10 * document.querySelectorAll('.rung .code [id]').length"); n != 2 {
		t.Errorf("%d pieces of code and ten times their ids", n)
	}
	b.clean()
}

// A request that is embedded while another one is shown leaves the other one as it is.
func TestEmbeddingLeavesAnotherRequestAlone(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	one, other := b.traceOf("/api/session/me"), b.traceOf("/api/session/me")
	b.visit("/inspector/" + one)
	arrive := b.hold(b.URL+"/inspector/"+one+"/embed", "This request is embedded")
	b.click("form[action$='/embed'] button")
	b.until("window.held")
	b.click("#rows a[href^='/inspector/" + other + "']")
	b.until("document.querySelector('#chosen .trace').dataset.id === '" + other + "'")
	arrive()
	b.until("document.querySelector(\"#share form[action='/inspector/" + other + "/embed']\")")
	b.click("#rows a[href^='/inspector/" + one + "']")
	b.untilText("#share .command", "/embed/")
	if eval[bool](b, "document.querySelector('#share .question').open") {
		t.Error("the page asks what nobody pressed for")
	}
	b.click("#rows a[href^='/inspector/" + other + "']")
	b.until("document.querySelector(\"#share form[action='/inspector/" + other + "/embed']\")")
	b.clean()
}

// The seconds in which a clearing can be undone go on while the page is loaded again.
func TestUndoCountsTheSecondsThatAreLeft(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/inspector")
	b.click("#clear button")
	b.until("/^Undo \\(\\d+ s\\)$/.test(document.querySelector('#cleared button')?.textContent)")
	b.until("Number(document.querySelector('#cleared button').textContent.match(/\\d+/)[0]) <= 7")
	b.visit("/inspector")
	b.until("Number(document.querySelector('#cleared').dataset.seconds) <= 7")
	b.clean()
}

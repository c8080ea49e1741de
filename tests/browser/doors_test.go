package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// unauthorized is what Chromium itself notes of an answer with that status.
const unauthorized = "the server responded with a status of 401"

// The whole story of the home page and the server room, by pressing buttons.
func TestOneDoorForgetsTheOtherDoesNot(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ store, session string }{{"memory", "401"}, {"sqlite", "200"}} {
		t.Run(test.store, func(t *testing.T) {
			t.Parallel()
			b := openTab(t, "--store="+test.store)
			b.logInAtBoth()
			b.untilText("#door-session", "ada")
			b.untilText("#door-token", "ada")
			b.until("document.querySelectorAll('.doors svg[role=img]').length >= 2")

			b.visit("/servers")
			pid := eval[string](b, "document.querySelector('[data-node=server-1] [data-show=pid]').textContent")
			b.click("#crash-1")
			b.until("document.querySelector('[data-node=server-1] [data-show=pid]').textContent !== '" + pid + "' && document.querySelector('[data-node=server-1]').dataset.state === 'ready'")
			b.untilText("#log", "Server 1 crashed and is back after")
			b.until("document.querySelectorAll('#still a').length >= 2")

			b.visit("/")
			b.click("#token-call")
			b.untilText("#token-answers", "200")
			b.click("#session-call")
			b.untilText("#door-session .badge", test.session)
			b.untilText("#door-token .badge", "200")
			b.clean(unauthorized)
		})
	}
}

func TestInspectorShowsATraceAsItHappens(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/inspector")
	before := eval[int](b, "document.querySelectorAll('li[data-id]').length")
	// Another tab of the same browser asks; this one shows it without a reload.
	eval[int](b, "window.untouched = 1")
	status := eval[int](b, "fetch('/api/session/me').then(r => r.status)")
	b.until("document.querySelectorAll('li[data-id]').length > " + itoa(before))
	if status != 200 || eval[int](b, "window.untouched") != 1 {
		t.Errorf("status %d, or the page was reloaded", status)
	}

	// The stream survives the server, and doubles nothing.
	eval[int](b, "fetch('/api/servers/1/crash?wait=1', {method: 'POST'}).then(r => r.status)")
	eval[int](b, "fetch('/api/session/me').then(r => r.status)")
	b.until("[...document.querySelectorAll('li[data-id]')].some(e => e.textContent.includes('401'))")
	if doubled := eval[bool](b, "(ids => new Set(ids).size !== ids.length)([...document.querySelectorAll('li[data-id]')].map(e => e.dataset.id))"); doubled {
		t.Error("a trace stands in the list twice")
	}
	b.clean(unauthorized)
}

func TestSessionDoorWithoutJavaScript(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.withoutScripts()
	b.visit("/session/login")
	b.fill("main input[name=username]", "ada")
	b.fill("main input[name=password]", "wrong password")
	b.click("main form button[type=submit]")
	b.do(chromedp.WaitVisible(chromedp.CSS("[role=alert]")))
	b.do(chromedp.SetValue(chromedp.CSS("main input[name=username]"), "ada"))
	b.fill("main input[name=password]", "lovelace")
	b.click("main form button[type=submit]")
	b.do(chromedp.WaitVisible(chromedp.CSS("form[action='/session/logout']")))
	if text := b.text(); !strings.Contains(text, "ada") {
		t.Errorf("the account page does not say who is logged in: %s", text)
	}
	b.visit("/inspector")
	if text := b.text(); !strings.Contains(text, "/session/account") {
		t.Errorf("the inspector does not list the request: %s", text)
	}
	b.visit("/session/account")
	b.click("form[action='/session/logout'] button")
	b.do(chromedp.WaitVisible(chromedp.CSS("main input[name=password]")))
	b.clean(unauthorized)
}

// W8: the token stands where the visitor chose, and logging out clears it.
func TestTokenIsKeptWhereChosen(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	for _, place := range []string{"localStorage", "sessionStorage"} {
		b.visit("/token/login")
		b.fill("main input[name=username]", "ada")
		b.fill("main input[name=password]", "lovelace")
		b.click("main input[value=" + place + "]")
		b.click("main form button[type=submit]")
		b.until("location.pathname === '/token/account'")
		b.untilText("main", "ada")
		const kept = "[localStorage, sessionStorage].map(s => Object.values({...s}).join().includes('eyJ')).join()"
		want := map[string]string{"localStorage": "true,false", "sessionStorage": "false,true"}[place]
		if got := eval[string](b, kept); got != want {
			t.Errorf("%s: kept in localStorage, sessionStorage: %s", place, got)
		}
		if strings.Contains(eval[string](b, "location.href"), "eyJ") {
			t.Error("the token is in the address")
		}
		b.click("[data-do=logout]")
		b.until(kept + " === 'false,false'")
	}
	b.clean()
}

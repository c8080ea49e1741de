package browser

import "testing"

// ofRoom loads what keeps tokens as a page of a room has it, as the variable c.
const ofRoom = `(async () => {
	document.documentElement.dataset.room = 'k3f9';
	const c = await import(document.querySelector('script[src$="frame.js"]').src.replace(/js\/[^/]*$/, 'token-client.js?k3f9'));
	`

// A11: what a page of a room keeps is apart from what the stage's pages keep: the token,
// until when it is refreshed, and whose turn it is.
func TestPagesOfARoomKeepItsTokenApart(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	stage := eval[string](b, keptToken)
	kept := eval[string](b, ofRoom+`
		const none = c.token();
		c.keep('x.y.z', 'localStorage');
		const names = Object.keys(localStorage).filter((name) => name.endsWith('-k3f9'));
		const locks = await navigator.locks.request('token', () => Promise.race([c.refresh(), new Promise((then) => setTimeout(then, 5000, 'waits for the stage'))]));
		c.forget();
		return [none, names, locks].join();
	})()`)
	if kept != ",token-k3f9,false" || eval[string](b, keptToken) != stage {
		t.Errorf("%s; the stage's token is as before: %t", kept, eval[string](b, keptToken) == stage)
	}
	b.clean()
}

// A11: a page whose visitor is in another room by now says so, and stops refreshing by itself
// without losing what it keeps.
func TestPagesOfAnotherRoomSayThatTheyAreOfOne(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	said := eval[string](b, ofRoom+`
		const { reach } = await import(document.querySelector('script[src$="frame.js"]').src.replace('frame.js', 'room.js'));
		const answer = await reach('/api/session/me');
		localStorage.setItem('refresh-until-k3f9', String(Date.now() + 1e6));
		await c.keepFresh(() => {}); // ends by itself
		return [answer.status, (await answer.json()).detail, c.refreshable()].join();
	})()`)
	if said != "409,This page belongs to another room than the one you are in now. Reload it.,true" {
		t.Error(said)
	}
	if me := eval[int](b, "fetch('/api/session/me').then((answer) => answer.status)"); me != 200 {
		t.Errorf("who names no room gets %d", me)
	}
}

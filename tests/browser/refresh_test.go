package browser

import (
	"strings"
	"testing"
)

const keptToken = "localStorage.getItem('token')"

// W8: the page refreshes its token before it expires, no script sees the refresh token, and no request
// is ever refused.
func TestTokenRefreshesItself(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--access-lifetime=4s")
	b.logInAtBoth()
	first := eval[string](b, keptToken)
	b.untilText("#door-token", "This page refreshes it in")
	b.until(keptToken + " !== '" + first + "'")
	b.untilText("#door-token .last-request", "/api/token/refresh")
	second := eval[string](b, keptToken)
	b.visit("/token/account")
	b.untilText("#token-card", "You are ada")
	b.until(keptToken + " !== '" + second + "'")
	b.untilText("[data-show=said]", "got a new token")
	if cookie := eval[string](b, "document.cookie"); strings.Contains(cookie, "refresh") {
		t.Errorf("a script reads %q", cookie)
	}
	b.visit("/inspector")
	if text := eval[string](b, "document.querySelector('#rows').innerText"); strings.Contains(text, "401") || !strings.Contains(text, "/api/token/refresh") {
		t.Errorf("%s", text)
	}
	b.clean()
}

// R4: two tabs of one browser take turns: both follow, neither is thrown out, and
// logging out in one is seen in the other.
func TestTwoTabsRefreshInTurn(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--access-lifetime=3s")
	b.logInAtBoth()
	other := b.another()
	other.visit("/token/account")
	for range 3 {
		before := eval[string](b, keptToken)
		b.until(keptToken + " !== '" + before + "'")
		other.until(keptToken + " !== '" + before + "'")
	}
	other.untilText("[data-show=said]", "got a new token")
	// Both at the same moment, several times each.
	const refresh = "import(document.querySelector('script[src$=\"token-account.js\"], script[src$=\"home.js\"]').src.replace(/js\\/[^/]*$/, 'token-client.js')).then(c => Promise.all([c.refresh(), c.refresh(), c.refresh()])).then(all => all.every(Boolean))"
	if !eval[bool](b, refresh) || !eval[bool](other, refresh) {
		t.Error("a refresh was refused")
	}
	b.click("#token-leave")
	other.until("!document.querySelector('#left').hidden")
	if eval[bool](other, "localStorage.getItem('token') !== null || localStorage.getItem('refresh-until') !== null") {
		t.Error("something is kept")
	}
	b.clean()
}

// R2: an answer that was lost on its way is asked for again, and is the same.
func TestLostAnswerIsAskedForAgain(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--access-lifetime=4s")
	b.logInAtBoth()
	first := eval[string](b, keptToken)
	eval[int](b, `(() => {
		const real = fetch;
		window.lost = 0;
		window.fetch = async (...asked) => {
			const answer = await real(...asked);
			if (String(asked[0]).endsWith('/refresh') && window.lost++ < 2) throw new TypeError('lost');
			return answer;
		};
		return 1;
	})()`)
	b.until("window.lost > 2")
	b.until(keptToken + " !== '" + first + "'")
	b.click("#token-call")
	b.untilText("#token-answers", "200")
	b.clean()
}

// A token that expired on its way is replaced, and the request made once more; on
// a page that does not refresh by itself.
func TestExpiredTokenIsReplacedAtTheNextRequest(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--access-lifetime=1s")
	b.logInAtBoth()
	b.visit("/servers")
	b.until(expired)
	before := eval[string](b, keptToken)
	b.click("[data-ask]")
	b.until(keptToken + " !== '" + before + "'")
	b.visit("/inspector")
	text := b.text()
	for _, says := range []string{"401", "/api/token/refresh", "200"} {
		if !strings.Contains(text, says) {
			t.Errorf("%q is not in %s", says, text)
		}
	}
	b.clean(unauthorized)
}

// expired holds when the kept token is past its end.
const expired = "JSON.parse(atob(" + keptToken + ".split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).exp * 1000 < Date.now()"

// A token in memory is gone with its page; the refresh token gets another, which no
// store keeps.
func TestTokenInMemoryComesBackByTheRefreshToken(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/token/login")
	b.fill("main input[name=username]", "ada")
	b.fill("main input[name=password]", "lovelace")
	b.click("main input[value=memory]")
	b.click("main form button[type=submit]")
	b.untilText("#token-card", "You are ada")
	b.visit("/token/account")
	b.untilText("#token-card", "You are ada")
	b.untilText("#token-card [data-show=place]", "memory")
	if eval[bool](b, "Object.values({...localStorage, ...sessionStorage}).join().includes('eyJ')") {
		t.Error("a store keeps the token")
	}
	b.clean()
}

// Without a refresh token the clock runs down, and the page says what then; when a
// refresh is refused, it does not ask again.
func TestTokenExpiresInView(t *testing.T) {
	t.Parallel()
	b := openTab(t, "--access-lifetime=3s")
	b.logInAtBoth()
	b.untilText("#door-token [data-show=keeps]", "This page refreshes it")
	b.patch(`{"refresh_lifetime":"0s"}`)
	b.untilText("#door-token [data-show=keeps]", "expired")
	b.untilText("#door-token [data-show=keeps]", "You have no refresh token to get a new one.")
	b.until(expired)
	b.click("#token-call")
	b.untilText("#door-token .badge", "401")
	b.until("[...document.querySelectorAll('#door-token a')].some(a => a.textContent === 'Log in again' && !a.hidden)")
	refused := eval[int](b, "fetch('/api/traces').then(r => r.json()).then(all => all.filter(t => t.path === '/api/token/refresh' && t.status === 401).length)")
	if refused != 1 {
		t.Errorf("%d refreshes were refused", refused)
	}
	b.clean(unauthorized)
}

// Logging out with revocation off leaves a copy of the token good, and the page
// proves it; with revocation on the copy is refused. Each proof has its trace.
func TestLoggingOutProvesWhatACopyCanDo(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	for _, test := range []struct{ revocation, says, sentence string }{
		{"off", "200 It still works, as ada", "Allowed"},
		{"on", "401 Refused by the step revocation.check", "the token was revoked"},
	} {
		b.visit("/")
		b.patch(`{"revocation":"` + test.revocation + `"}`)
		b.logInAtBoth()
		b.click("#token-leave")
		b.click("#proof button")
		b.untilText("#proof", test.says)
		b.shoot("proof-home-" + test.revocation)

		b.logInAtBoth()
		b.visit("/token/account")
		b.untilText("#token-card", "You are ada")
		b.click("[data-do=logout]")
		b.click("#left .proof button")
		b.untilText("#left", test.says)
		b.shoot("proof-account-" + test.revocation)
		b.click("#left .proof a")
		b.untilText("#chosen", test.sentence)
	}
	b.clean(unauthorized)
}

// The visitor's own browser verifies the token by the public key alone, for each
// algorithm that has one, notices a changed character, and says why it cannot with
// HS256. The token is sent to nobody.
func TestThirdPartyVerifiesInTheBrowser(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	for _, alg := range []string{"RS256", "ES256", "EdDSA", "HS256"} {
		b.visit("/")
		b.patch(`{"alg":"` + alg + `"}`)
		b.logInAtBoth()
		b.visit("/token/account")
		b.untilText("#token-card", "You are ada")
		b.untilText("#card-answers", "allowed") // the page has asked for all that it asks for by itself
		const fetched = "performance.getEntriesByType('resource').filter(e => e.initiatorType === 'fetch')"
		asked := eval[int](b, fetched+".length")
		b.click("[data-verify=kept]")
		if alg == "HS256" {
			b.untilText("#third-party", "With HS256 no third party can do this")
			b.shoot("third-party-" + alg)
			continue
		}
		b.untilText("#third-party [data-show=signature]", "Signature: valid")
		b.untilText("#third-party [data-show=expiry]", "Expiry: valid for another")
		b.untilText("#third-party ol", "It is for "+alg+" only.")
		b.shoot("third-party-" + alg)
		since := eval[string](b, fetched+".slice("+itoa(asked)+").map(e => new URL(e.name).pathname).join()")
		if since != "/.well-known/jwks.json" {
			t.Errorf("%s: asked for %s", alg, since)
		}
		b.click("[data-verify=changed]")
		b.untilText("#third-party [data-show=signature]", "Signature: invalid")
		b.untilText("#third-party ol", "now it claims to be valid until")
		b.shoot("third-party-changed-" + alg)
	}
	b.clean()
}

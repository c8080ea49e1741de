//go:build unix

package ledger

import (
	"fmt"
	"net/http"
	"time"
)

// grace is for how long the use of a refresh token may be repeated, less what an answer
// takes.
const grace = 45 * time.Second

// cookie is the value of a cookie that an answer sets.
func (a answer) cookie(name string) string {
	for _, c := range a.cookies {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (p *person) logInSession() {
	deaths, before := p.run.deaths.Load(), p.session
	a := p.ask("POST", "/api/session/login", p.account.body())
	switch a.status {
	case http.StatusOK:
		if p.survives(before) {
			p.kill("session", before.id, "a new login of the same browser")
		}
		p.session = session{a.cookie("session"), deaths}
	case 0:
		p.dropSession() // whether it was renewed nobody knows
	default:
		p.wrong("logging in at the session door: %d %s", a.status, a.text)
	}
}

// dropSession has the browser forget the session, of which nobody knows whether it lives.
func (p *person) dropSession() {
	p.session = session{}
	p.client.Jar.SetCookies(p.address(), []*http.Cookie{{Name: "session", Path: "/", MaxAge: -1}})
}

// survives reports whether a session must be where it was: its store outlives servers,
// or none has ended since the login began.
func (p *person) survives(s session) bool {
	return !p.run.inMemory || s.deaths == p.run.deaths.Load()
}

func (p *person) callSession() {
	a := p.ask("GET", "/api/session/me", "")
	switch {
	case a.status == 0:
	case p.session.id == "" && a.status != http.StatusUnauthorized:
		p.wrong("without a session: %d %s", a.status, a.text)
	case p.session.id != "" && a.status == http.StatusOK:
		if a.field("username") != p.account.username {
			p.wrong("the session is somebody else's: %s", a.text)
		}
	case p.session.id != "":
		p.lost("calling through the session door", a)
	}
}

// lost judges a refusal of a session that the ledger has as alive.
func (p *person) lost(doing string, a answer) {
	if a.status != http.StatusUnauthorized || p.survives(p.session) {
		p.wrong("%s: %d %s, and the session was acknowledged", doing, a.status, a.text)
	}
	p.dropSession()
}

func (p *person) logOutSession() {
	if p.session.id == "" {
		return
	}
	a := p.ask("POST", "/api/session/logout", "{}")
	switch a.status {
	case http.StatusNoContent:
		if p.survives(p.session) {
			p.kill("session", p.session.id, "logging out")
		}
		p.session = session{}
	case 0:
		p.dropSession()
	default:
		p.wrong("logging out at the session door: %d %s", a.status, a.text)
	}
}

func (p *person) logInToken() {
	p.issue("logging in at the token door", "/api/token/login",
		fmt.Sprintf(`{"username":%q,"password":%q,"refresh_in":"body"}`, p.account.username, p.account.password))
}

// issue asks for tokens, and reports whether it got them.
func (p *person) issue(doing, path, body string) (status int) {
	retirements := p.run.retirements.Load()
	a := p.ask("POST", path, body)
	switch a.status {
	case http.StatusOK:
		p.token = token{a.field("access_token"), retirements, p.run.retirements.Load()}
		p.refresh = refresh{text: a.field("refresh_token"), before: p.refresh.text}
		if p.token.text == "" || p.refresh.text == "" {
			p.wrong("%s: %s", doing, a.text)
		}
	case 0, http.StatusUnauthorized:
	default:
		p.wrong("%s: %d %s", doing, a.status, a.text)
	}
	return a.status
}

// retired reports whether all keys were certainly retired after the token was signed, and
// whether they were perhaps.
func (p *person) retired(now int64) (certainly, perhaps bool) {
	return p.token.issued%2 == 0 && now >= p.token.issued+2, now != p.token.asked || p.token.asked%2 == 1
}

func (p *person) callToken() {
	if p.token.text == "" {
		return
	}
	certainly, _ := p.retired(p.run.retirements.Load())
	a := p.ask("GET", "/api/token/me", "", "Authorization", "Bearer "+p.token.text)
	_, perhaps := p.retired(p.run.retirements.Load())
	switch {
	case a.status == 0:
	case a.status == http.StatusOK && certainly:
		p.wrong("a token opens something though its key was retired: %s", a.text)
	case a.status == http.StatusOK && a.field("username") != p.account.username:
		p.wrong("the token is somebody else's: %s", a.text)
	case a.status == http.StatusUnauthorized && perhaps:
		p.token = token{}
	case a.status != http.StatusOK:
		p.wrong("calling through the token door: %d %s, and the token was issued", a.status, a.text)
	}
}

// refreshToken uses the refresh token. A use that got no answer is repeated.
func (p *person) refreshToken() {
	if p.refresh.text == "" {
		return
	}
	if p.refresh.tried.IsZero() {
		p.refresh.tried = time.Now() // taken back by the answer
	}
	spent := p.refresh
	switch p.issue("refreshing", "/api/token/refresh", `{"refresh_token":"`+spent.text+`"}`) {
	case http.StatusUnauthorized:
		if time.Since(spent.tried) < grace {
			p.wrong("a refresh token is refused that nobody else has used, %v after its use was first tried", time.Since(spent.tried))
		}
		p.refresh = refresh{}
	}
}

// stealRefresh uses a refresh token whose successor was used already, as a thief would:
// the whole family ends.
func (p *person) stealRefresh() {
	before := p.refresh.text
	p.refreshToken()
	if p.refresh.text == "" || p.refresh.before != before || before == "" {
		return
	}
	p.refreshToken() // now the successor is spent as well
	if p.refresh.text == "" || p.refresh.before == before {
		return
	}
	a := p.ask("POST", "/api/token/refresh", `{"refresh_token":"`+before+`"}`)
	switch a.status {
	case http.StatusUnauthorized:
		p.kill("refresh", p.refresh.text, "a token of its family was used twice")
	case 0:
	default:
		p.wrong("a refresh token was taken that was spent, and its successor as well: %d %s", a.status, a.text)
	}
	p.refresh = refresh{}
}

func (p *person) logOutToken() {
	if p.token.text == "" || p.refresh.text == "" {
		return
	}
	before := p.run.retirements.Load()
	a := p.ask("POST", "/api/token/logout", `{"refresh_token":"`+p.refresh.text+`"}`, "Authorization", "Bearer "+p.token.text)
	_, perhaps := p.retired(p.run.retirements.Load())
	switch {
	case a.status == http.StatusNoContent:
		p.kill("refresh", p.refresh.text, "logging out")
		if _, before := p.retired(before); !before {
			p.kill("token", p.token.text, "logging out with revocation on")
		}
	case a.status == http.StatusUnauthorized && perhaps, a.status == 0:
	default:
		p.wrong("logging out at the token door: %d %s", a.status, a.text)
	}
	p.token, p.refresh = token{}, refresh{}
}

// changePassword ends everything else that the account has.
func (p *person) changePassword() {
	if p.session.id == "" {
		return
	}
	deaths, before := p.run.deaths.Load(), p.session
	fresh := fmt.Sprintf("another %d of %d", p.random.Int32(), p.number)
	a := p.ask("POST", "/api/account/password", fmt.Sprintf(`{"old":%q,"new":%q}`, p.account.password, fresh))
	switch a.status {
	case http.StatusNoContent:
		if p.survives(before) {
			p.kill("session", before.id, "a new password")
		}
		p.kill("refresh", p.refresh.text, "a new password")
		p.session, p.refresh = session{a.cookie("session"), deaths}, refresh{}
		if got := p.tryPassword(p.account.username, p.account.password); got == http.StatusOK {
			p.wrong("the old password still logs in")
		}
		p.account.password = fresh
	case 0:
		p.account.perhaps = fresh
		p.leave()
	default:
		p.lost("changing the password", a)
	}
}

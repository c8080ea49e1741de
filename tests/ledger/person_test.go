//go:build unix

package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// person is somebody who uses the site from one browser, and whose ledger says what
// was acknowledged.
type person struct {
	run    *run
	number int
	random *rand.Rand
	client http.Client

	account account
	past    []account // that were signed up for before
	signUps int

	session session
	token   token
	refresh refresh
	dead    []credential // that must open nothing any more
}

// account is a username and its password. Where an answer to a change was lost, it has
// one of two passwords.
type account struct{ username, password, perhaps string }

// session is a login at the session door, none without an id.
type session struct {
	id     string
	deaths int64 // when the login began
}

// token is an access token, none when empty.
type token struct {
	text          string
	asked, issued int64 // the retirements when it was asked for, and when it came
}

// refresh is a refresh token, none when empty.
type refresh struct {
	text   string
	before string    // the one that it succeeded
	tried  time.Time // when its use was first tried without an answer
}

// credential is what a request can carry.
type credential struct{ kind, text, why string }

func newPerson(r *run, number int, seed uint64) *person {
	jar, _ := cookiejar.New(nil)
	return &person{run: r, number: number, random: rand.New(rand.NewPCG(seed, 0)), client: http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// use does one thing after the other until ctx ends.
func (p *person) use(ctx context.Context) {
	for ctx.Err() == nil && !p.run.t.Failed() {
		if p.account.username == "" {
			p.signUp()
			continue
		}
		switch n := p.random.IntN(100); {
		case n < 30:
			p.callSession()
		case n < 55:
			p.callToken()
		case n < 70:
			p.refreshToken()
		case n < 74:
			p.logInSession()
		case n < 78:
			p.logInToken()
		case n < 82:
			p.logOutSession()
		case n < 86:
			p.logOutToken()
		case n < 88:
			p.stealRefresh()
		case n < 91:
			p.changePassword()
		case n < 92:
			p.leave()
		default:
			p.tryDead()
		}
	}
}

// answer is what a request got. Its status is 0 when nobody knows what became of it: it
// was not answered, or with a server's failure.
type answer struct {
	status  int
	said    map[string]any
	cookies []*http.Cookie
	text    string
}

func (a answer) field(name string) string {
	text, _ := a.said[name].(string)
	return text
}

// ask sends a request as the person's browser does.
func (p *person) ask(method, path, body string, headers ...string) answer {
	return p.send(&p.client, method, path, body, headers...)
}

func (p *person) send(client *http.Client, method, path, body string, headers ...string) answer {
	request, err := http.NewRequest(method, p.run.site.Load().URL+path, strings.NewReader(body))
	if err != nil {
		p.wrong("%v", err)
		return answer{}
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return p.unanswered()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	a := answer{status: response.StatusCode, cookies: response.Cookies(), text: string(text)}
	if err != nil {
		return p.unanswered()
	}
	if len(text) > 0 && json.Unmarshal(text, &a.said) != nil {
		p.wrong("%s %s: %d, no JSON: %s", method, path, a.status, text)
	}
	if a.status >= 400 && !strings.HasSuffix(a.field("detail"), ".") {
		p.wrong("%s %s: %d without a sentence: %s", method, path, a.status, text)
	}
	if a.status >= 500 || a.status == http.StatusTooManyRequests {
		return p.unanswered()
	}
	p.run.answers.Add(1)
	return a
}

// unanswered is what a request got that nobody knows the fate of. Nobody presses a
// button again in the same instant.
func (p *person) unanswered() answer {
	p.run.away.Add(1)
	time.Sleep(5 * time.Millisecond)
	return answer{}
}

// wrong says that the site broke a promise.
func (p *person) wrong(format string, arguments ...any) {
	p.run.t.Errorf("person %d (%s): "+format, append([]any{p.number, p.account.username}, arguments...)...)
}

// kill notes that a credential opens nothing from now on.
func (p *person) kill(kind, text, why string) {
	if text != "" {
		p.dead = append(p.dead, credential{kind, text, why})
	}
}

// tryDead presents a credential that must open nothing.
func (p *person) tryDead() {
	if len(p.dead) == 0 {
		return
	}
	c := p.dead[p.random.IntN(len(p.dead))]
	var a answer
	stranger := &http.Client{Timeout: 30 * time.Second}
	switch c.kind {
	case "session":
		a = p.send(stranger, "GET", "/api/session/me", "", "Cookie", "session="+c.text)
	case "token":
		a = p.send(stranger, "GET", "/api/token/me", "", "Authorization", "Bearer "+c.text)
	case "refresh":
		a = p.send(stranger, "POST", "/api/token/refresh", `{"refresh_token":"`+c.text+`"}`)
	}
	if a.status != 0 && a.status != http.StatusUnauthorized {
		p.wrong("a %s still opens something, after: %s: %d %s", c.kind, c.why, a.status, a.text)
	}
}

// leave leaves the account as it is for a new one.
func (p *person) leave() {
	p.past = append(p.past, p.account)
	p.account = account{}
	p.session, p.token, p.refresh = session{}, token{}, refresh{}
	jar, _ := cookiejar.New(nil)
	p.client.Jar = jar
}

func (p *person) signUp() {
	p.signUps++
	a := account{username: fmt.Sprintf("person-%d-%d", p.number, p.signUps), password: fmt.Sprintf("password %d of %d", p.random.Int32(), p.number)}
	switch got := p.ask("POST", "/api/signup", a.body()); got.status {
	case http.StatusCreated:
		p.account = a
	case 0:
	default:
		p.wrong("signing up as %s: %d %s", a.username, got.status, got.text)
	}
}

func (a account) body() string {
	return fmt.Sprintf(`{"username":%q,"password":%q}`, a.username, a.password)
}

// settle looks, when the site is whole, whether everything that was acknowledged holds.
func (p *person) settle() {
	p.callSession()
	p.callToken()
	p.refreshToken()
	for range p.dead {
		p.tryDead()
	}
	for _, a := range append(p.past, p.account) {
		if a.username == "" {
			continue
		}
		opened := 0
		for _, password := range []string{a.password, a.perhaps} {
			if got := p.tryPassword(a.username, password); got == http.StatusOK {
				opened++
			}
		}
		if opened != 1 {
			p.wrong("%d of the passwords of %s that are possible open it", opened, a.username)
		}
	}
}

func (p *person) tryPassword(username, password string) (status int) {
	if password == "" {
		return 0
	}
	stranger := &http.Client{Timeout: 30 * time.Second}
	return p.send(stranger, "POST", "/api/session/login", fmt.Sprintf(`{"username":%q,"password":%q}`, username, password)).status
}

// address is where the browser keeps its cookies for.
func (p *person) address() *url.URL {
	address, err := url.Parse(p.run.site.Load().URL)
	if err != nil {
		p.wrong("%v", err)
	}
	return address
}

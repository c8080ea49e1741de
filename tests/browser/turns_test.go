package browser

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
)

// person is one of many who log in, with a seat of their own.
type person struct {
	seat *http.Cookie
	url  string
}

func (p person) ask(method, path, body string) (answer struct {
	Before int `json:"before"`
}, cookies []*http.Cookie, err error) {
	r, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		return answer, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if p.seat != nil {
		r.AddCookie(p.seat)
	}
	said, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer, nil, err
	}
	defer said.Body.Close()
	json.UnmarshalRead(said.Body, &answer)
	return answer, said.Cookies(), nil
}

// crowd has so many people log in at once, from both addresses of this machine, as a browser may come from either. It returns when one of them waits behind half the others, and what it returns
// waits until they are in.
func crowd(t *testing.T, url string, people int) (wait func()) {
	t.Helper()
	var all []person
	for i := range people {
		url := strings.Replace(url, "localhost", []string{"127.0.0.1", "[::1]"}[i%2], 1)
		_, cookies, err := person{url: url}.ask(http.MethodGet, "/api/session/me", "")
		if err != nil || len(cookies) == 0 {
			t.Fatalf("no seat: %v", err)
		}
		all = append(all, person{cookies[0], url})
	}
	var in sync.WaitGroup
	for _, p := range all {
		in.Go(func() { p.ask(http.MethodPost, "/api/session/login", `{"username":"ada","password":"lovelace"}`) })
	}
	for i := range 50 * people {
		answer, _, err := all[i%people].ask(http.MethodGet, "/api/turns", "")
		if err != nil {
			t.Fatal(err)
		}
		if answer.Before > people/2 {
			return in.Wait
		}
	}
	t.Fatal("nobody waits")
	return nil
}

// Whoever logs in while many do reads beside the button how many come first.
func TestPageTellsHowManyAreBefore(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/token/login")
	b.fill("input[name=username]", "ada")
	b.fill("input[name=password]", "lovelace")
	wait := crowd(t, b.URL, 250)
	b.click("#token-login button")
	b.untilText("#token-login small[role=status]", "ahead of you")
	b.shoot("turns-before")
	b.until("location.pathname === '/token/account'")
	wait()
	b.clean()
}

// A page that is told that no more can wait tries again by itself, and says so.
func TestPageTriesAgainWhenNoMoreCanWait(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/token/login")
	b.fill("input[name=username]", "ada")
	b.fill("input[name=password]", "lovelace")
	eval[int](b, `(() => {
		const real = fetch;
		window.fetch = (path, init) => {
			if (path !== '/api/token/login') return real(path, init);
			window.fetch = real;
			return Promise.resolve(new Response('{"detail":"This site is busy.","before":640}', { status: 503 }));
		};
		return 1;
	})()`)
	b.click("#token-login button")
	b.untilText("#token-login small[role=status]", "640 ahead of you, and no more can wait. Trying again")
	b.until("location.pathname === '/token/account'")
	b.clean()
}

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"twodoors/tests/sentinel"
	"twodoors/tests/site"
)

// balanced are three servers without a front, whose traces are in a Redis, behind what asks each in turn.
func balanced(t *testing.T) *site.Site {
	t.Helper()
	redis := sentinel.Run(t, sentinel.Redis, "requirepass a-password\n", nil)
	db := filepath.Join(t.TempDir(), "t.db")
	var servers []*url.URL
	for number := 1; number <= 3; number++ {
		s := site.Open(t, db, "server", fmt.Sprint("--number=", number), "--store=redis", "--redis=redis://:a-password@"+redis.Address)
		address, err := url.Parse(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		servers = append(servers, address)
	}
	var turn atomic.Int64
	balancer := httptest.NewServer(&httputil.ReverseProxy{FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(servers[turn.Add(1)%int64(len(servers))])
		r.Out.Host = r.In.Host
	}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }})
	t.Cleanup(balancer.Close)
	return &site.Site{URL: strings.Replace(balancer.URL, "127.0.0.1", "localhost", 1), DB: db, Log: &site.Log{}}
}

// Behind a balancer that asks each server in turn, the inspector is one: it lists at once what every server did,
// whichever renders the page, opens each of them, sends them again through the other door, and clears them everywhere.
func TestInspectorBehindABalancer(t *testing.T) {
	t.Parallel()
	b := openTabAt(t, balanced(t))
	b.logInAtBoth()
	watching := b.another()
	watching.visit("/inspector")
	rows := func() int { return eval[int](watching, "document.querySelectorAll('#rows > li').length") }
	before := rows()
	const calls = 9
	for range calls {
		eval[int](b, "fetch('/api/session/me').then((answer) => answer.status)")
	}
	watching.until(fmt.Sprintf("document.querySelectorAll('#rows > li').length === %d", before+calls))
	if n := eval[int](watching, "new Set([...document.querySelectorAll('#rows > li')].map((row) => row.dataset.server)).size"); n != 3 {
		t.Errorf("the list has requests of %d servers", n)
	}
	if n := eval[int](watching, "new Set([...document.querySelectorAll('#rows > li')].map((row) => row.dataset.id)).size"); n != before+calls {
		t.Errorf("%d different requests of %d", n, before+calls)
	}
	for range 3 {
		watching.visit("/inspector")
		if n := rows(); n != before+calls {
			t.Errorf("%d requests are listed, and %d were before", n, before+calls)
		}
	}
	watching.click("#rows > li:last-child a")
	watching.until("document.querySelector('#rows > li:last-child a').getAttribute('aria-current') === 'true'")
	watching.click("#rows > li:first-child a")
	watching.until("document.querySelector('#chosen [data-beside]')")
	watching.click("#chosen [data-beside]")
	watching.until("document.querySelectorAll('#chosen article').length === 2")
	watching.shoot("inspector-balanced")
	watching.visit("/inspector")
	watching.click("#clear button")
	watching.until("document.querySelector('#cleared') && document.querySelectorAll('#rows > li').length === 0")
	watching.click("#cleared button")
	watching.until(fmt.Sprintf("document.querySelectorAll('#rows > li').length === %d", before+calls+1))
	b.clean()
	watching.clean()
}

// The ladder of steps stands in the browser's own measurements of a request.
func TestBrowserKnowsTheStepsOfARequest(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	const timings = "fetch('/api/session/me').then(() => new Promise((done) => { const look = () => { const entries = performance.getEntriesByName(location.origin + '/api/session/me'); " +
		"entries.length ? done(entries.at(-1).serverTiming.map(({ name }) => name).join(' ')) : setTimeout(look, 10); }; look(); }))"
	if names := eval[string](b, timings); !strings.HasPrefix(names, "front.pick cookie.read session.find ") || !strings.HasSuffix(names, " total") {
		t.Errorf("the browser knows %q", names)
	}
}

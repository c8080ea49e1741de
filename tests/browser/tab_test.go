package browser

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"twodoors/tests/site"
)

// tab is one tab with a profile of its own, at a site.
type tab struct {
	*site.Site
	t   *testing.T
	ctx context.Context

	patience time.Duration // how long it waits
	bare     bool          // its scripts are off

	mu       sync.Mutex
	messages []string // what the console said
	requests []string // addresses that were asked for
}

// patience is how long a page may take to become what a test waits for.
const patience = time.Minute

// pollingInterval is how often a page is asked whether it has become that.
const pollingInterval = 25 * time.Millisecond

// longPatience is for what a page does by itself and says how far it is.
const longPatience = 90 * time.Second

func openTab(t *testing.T, arguments ...string) *tab {
	t.Helper()
	return openTabAt(t, openSite(t, arguments...))
}

func openSite(t *testing.T, arguments ...string) *site.Site {
	t.Helper()
	return site.Open(t, filepath.Join(t.TempDir(), "t.db"), arguments...)
}

// openTabAt opens a tab that knows nothing of the site's other visitors.
func openTabAt(t *testing.T, at *site.Site) *tab {
	t.Helper()
	return listen(t, at, chromium, chromedp.WithNewBrowserContext())
}

// another opens a second tab of the same browser.
func (b *tab) another() *tab {
	b.t.Helper()
	return listen(b.t, b.Site, b.ctx)
}

func listen(t *testing.T, at *site.Site, parent context.Context, options ...chromedp.ContextOption) *tab {
	t.Helper()
	b := &tab{Site: at, t: t, patience: patience}
	ctx, cancel := chromedp.NewContext(parent, options...)
	t.Cleanup(cancel)
	b.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // not bounded: the tab lives as long as the context of its first use
		t.Fatal(err)
	}
	b.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{})
		return chromedp.Void{}, err
	})
	go b.listenConsole(chromedp.Console(ctx))
	go b.listenNetwork(chromedp.Events(ctx, network.RequestWillBeSent))
	return b
}

func (b *tab) listenConsole(messages func(func(chromedp.ConsoleMessage, error) bool)) {
	for m, err := range messages {
		if err != nil {
			return
		}
		b.mu.Lock()
		b.messages = append(b.messages, fmt.Sprint(m.Type, ": ", m.Text))
		b.mu.Unlock()
	}
}

func (b *tab) listenNetwork(events func(func(network.EventRequestWillBeSent, error) bool)) {
	for e, err := range events {
		if err != nil {
			return
		}
		b.mu.Lock()
		b.requests = append(b.requests, e.Request.URL)
		b.mu.Unlock()
	}
}

// askedFor are the addresses that the tab has asked for so far.
func (b *tab) askedFor() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.requests)
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.bounded()
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%v\n%s", err, b.text())
	}
}

func (b *tab) bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, b.patience)
}

func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.URL + path))
}

// click clicks on an element, also when the page puts a new one in its place just
// then, or moves it away from under the pointer.
func (b *tab) click(selector string) {
	b.t.Helper()
	ctx, cancel := b.bounded()
	defer cancel()
	for {
		b.inPage(ctx, fmt.Sprintf(watchClick, selector))
		err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
		if err == nil && b.inPage(ctx, "window.clicked !== false") {
			return
		}
		if ctx.Err() != nil || err != nil && !strings.Contains(err.Error(), "Could not find node") {
			b.t.Fatalf("%s: %v\n%s", selector, err, b.text())
		}
	}
}

// inPage asks what a script of the page would say; a page that comes just then, or
// has no scripts, says yes.
func (b *tab) inPage(ctx context.Context, expression string) bool {
	if b.bare {
		return true
	}
	says, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
	return says || err != nil
}

// watchClick notes whether the next click is one on an element.
const watchClick = `(() => {
	window.clicked = false;
	addEventListener('click', (event) => { window.clicked ||= Boolean(event.target.closest(%q)); }, { capture: true, once: true });
	return true;
})()`

func (b *tab) fill(selector, text string) {
	b.t.Helper()
	ctx, cancel := b.bounded()
	defer cancel()
	for {
		err := chromedp.Do(ctx, chromedp.SendKeys(chromedp.CSS(selector), text, chromedp.NodeVisible))
		if err == nil {
			return
		}
		if ctx.Err() != nil || !strings.Contains(err.Error(), "Could not find node") { // else the next page came just then
			b.t.Fatalf("%s: %v\n%s", selector, err, b.text())
		}
	}
}

// until waits until an expression of the page is true, also across a change of
// page: one that is still being read has not said all that it says. It asks from here:
// a page whose scripts are off has no timers, either.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, cancel := b.bounded()
	defer cancel()
	for again := time.Tick(pollingInterval); ; {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.readyState !== 'loading' && Boolean("+expression+")"))
		if err == nil && holds {
			return
		}
		if err == nil || changedPage(err) {
			select {
			case <-again:
				continue
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		b.t.Fatalf("%s: %v\n%s", expression, err, b.text())
	}
}

// untilText waits until an element says something.
func (b *tab) untilText(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("document.querySelector(%q)?.textContent.includes(%q)", selector, text))
}

func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := b.bounded()
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// hold keeps pages of an address that say something on their way, as a slow network
// does, once the page's scripts have asked for one; window.held tells that there is one.
func (b *tab) hold(address, text string) (arrive func()) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(() => {
		const ask = fetch;
		const gone = new Promise((then) => { window.arrive = then; });
		window.fetch = async (...asked) => {
			const answer = await ask(...asked);
			if (String(asked[0]).startsWith(%q) && (await answer.clone().text()).includes(%q)) {
				window.held = true;
				await gone;
			}
			return answer;
		};
		return true;
	})()`, address, text))
	return func() { eval[bool](b, "(window.arrive(), true)") }
}

func (b *tab) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
	return text
}

// withoutScripts turns JavaScript off.
func (b *tab) withoutScripts() {
	b.bare = true
	b.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return chromedp.Void{}, err
	})
}

// clean checks that the console said nothing but what is allowed, and that no
// other host was asked for anything.
func (b *tab) clean(allowed ...string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
messages:
	for _, message := range b.messages {
		for _, text := range allowed {
			if strings.Contains(message, text) {
				continue messages
			}
		}
		b.t.Errorf("console: %s", message)
	}
	for _, address := range b.requests {
		if !strings.HasPrefix(address, b.URL+"/") && !strings.HasPrefix(address, "data:") {
			b.t.Errorf("another host was asked: %s", address)
		}
	}
}

func (b *tab) logInAtBoth() {
	b.t.Helper()
	b.visit("/")
	b.logInAs("ada", "lovelace")
}

// logInAs logs in at both doors by the form of the home page, which is folded away.
func (b *tab) logInAs(username, password string) {
	b.t.Helper()
	b.click("#account summary")
	b.fill("#login-both input[name=username]", username)
	b.fill("#login-both input[name=password]", password)
	b.click("#login-both .button-primary")
	b.untilText("#said", username+" is logged in at both doors")
}

// changedPage reports whether an error only says that the page was left while
// something ran in it.
func changedPage(err error) bool {
	return strings.Contains(err.Error(), "navigated") || strings.Contains(err.Error(), "Cannot find context")
}

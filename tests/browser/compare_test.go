package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// traceOf has the page ask for a path, and returns the id of the trace.
func (b *tab) traceOf(path string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf("fetch(%q).then(r => r.headers.get('Trace-Id'))", path))
}

// Two requests that are ticked stand side by side: steps for one purpose at one height, what differs marked, and
// what is the same quiet.
func TestAnyTwoRequestsAreCompared(t *testing.T) {
	t.Parallel()
	for _, scripts := range []bool{true, false} {
		b := openTab(t)
		b.logInAtBoth()
		session, admin := b.traceOf("/api/session/me"), b.traceOf("/api/session/admin")
		if !scripts {
			b.withoutScripts()
		}
		b.visit("/inspector")
		b.click("input[value='" + session + "']")
		b.click("input[value='" + admin + "']")
		b.click("#selection button:not([formaction])")
		b.until("location.pathname === '/inspector/" + session + "' && location.search === '?with=" + admin + "'")
		b.until("document.querySelectorAll('.compared-steps tbody tr').length >= 6")
		differing := eval[string](b, "[...document.querySelectorAll('.compared-steps .differs th')].map(th => th.textContent.replace(/\\s+/g, ' ').trim()).join('; ')")
		if !strings.Contains(differing, "Is the role enough? differs: outcome") || strings.Contains(differing, "Pick a server") || strings.Contains(differing, "Load the account") {
			t.Errorf("marked: %s", differing)
		}
		const heights = "[...document.querySelectorAll('.compared-steps tbody tr')].every((row) => new Set([...row.querySelectorAll('td')].map((cell) => cell.getBoundingClientRect().top)).size === 1)"
		if !eval[bool](b, heights) {
			t.Error("cells of one step are not at one height")
		}
		if tops := eval[int](b, "new Set([...document.querySelectorAll('.traces-compared .sequence')].map((svg) => svg.getBoundingClientRect().top)).size"); tops != 1 {
			t.Error("the diagrams are not at one height")
		}
		if same := eval[string](b, "[...document.querySelectorAll('.traces-compared .sequence')].map((svg) => svg.querySelectorAll('.same').length + '/' + svg.querySelectorAll('.sequence-row').length).join()"); strings.HasPrefix(same, "0/") {
			t.Errorf("quiet in the diagrams: %s", same)
		}
		b.clean("status of 403")
	}
}

// The other door's way is compared by what each step is for.
func TestOtherDoorIsComparedByPurpose(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/inspector/" + b.traceOf("/api/session/me"))
	b.click("[data-beside]")
	b.until("document.querySelector('.compared-steps')")
	rows := eval[string](b, "[...document.querySelectorAll('.compared-steps tbody tr')].map(row => [...row.querySelectorAll('td')].map(cell => cell.querySelector('.rung-name')?.textContent ?? '-').join('=')).join(' ')")
	if want := "front.pick=front.pick cookie.read=bearer.read -=token.decode -=algorithm.check -=key.select session.find=signature.verify session.age=claims.check user.load=- role.check=role.check"; rows != want {
		t.Errorf("%s", rows)
	}
	b.inspect("compare-doors")
	b.clean()
}

// The diagram is copied as a picture that looks the same elsewhere, as text and as pixels.
func TestDiagramIsCopied(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.visit("/inspector")
	eval[bool](b, `(() => {
		window.copied = [];
		navigator.clipboard.write = async ([item]) => {
			for (const type of item.types) window.copied.push([type, await item.getType(type)]);
		};
		return true;
	})()`)
	b.click("[data-diagram=svg]")
	b.untilText("#share [data-said]", "Copied as SVG")
	svg := eval[string](b, "window.copied.find(([type]) => type === 'text/plain')[1].text()")
	if !strings.HasPrefix(svg, "<svg") || strings.Contains(svg, "class=") || strings.Contains(svg, "var(") || !strings.Contains(svg, `stroke="rgb(`) {
		t.Errorf("the picture: %.300s", svg)
	}
	b.click("[data-diagram=png]")
	b.untilText("#share [data-said]", "Copied as PNG")
	const bitmap = "createImageBitmap(window.copied.find(([type]) => type === 'image/png')[1])"
	if size := eval[[]int](b, bitmap+".then(({ width, height }) => [width, height])"); size[0] < 900 || size[1] < 500 {
		t.Errorf("%v pixels", size)
	}
	if colours := eval[int](b, bitmap+`.then((picture) => {
		const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
		const context = canvas.getContext('2d');
		context.drawImage(picture, 0, 0);
		return new Set(new Uint32Array(context.getImageData(0, 0, picture.width, picture.height).data.buffer)).size;
	})`); colours < 10 {
		t.Errorf("%d colours", colours)
	}
	b.clean()
}

// A request is embedded by one press, framed by another site's page, and taken back by another press.
func TestRequestIsEmbeddedAndTakenBack(t *testing.T) {
	t.Parallel()
	for _, scripts := range []bool{true, false} {
		b := openTab(t)
		b.logInAtBoth()
		id := b.traceOf("/api/session/me")
		if !scripts {
			b.withoutScripts()
		}
		b.visit("/inspector/" + id)
		b.click("form[action$='/embed'] button")
		b.untilText("#share .command", "<iframe src=")
		b.shoot("embedded")
		address := eval[string](b, "document.querySelector('#share a[href^=\"/embed/\"]').href")
		slide := openTabAt(t, b.Site)
		slide.do(chromedp.Navigate(slidesOf(t, address, b.URL+"/inspector")))
		if frames := slide.frames(); !slices.Equal(frames, []string{address, "chrome-error://chromewebdata/"}) {
			t.Errorf("framed: %q", frames)
		}
		slide.visit(strings.TrimPrefix(address, b.URL))
		if scripts {
			slide.inspect("embed")
		}
		if cookies := eval[string](slide, "document.cookie"); cookies != "" {
			t.Errorf("cookies: %s", cookies)
		}
		b.visit("/inspector/embeds")
		b.untilText("main", "/api/session/me")
		if scripts {
			b.inspect("embeds")
		}
		b.visit("/inspector/" + id)
		b.click("#share .question summary")
		b.untilText("#share .question", "Slides with this address show nothing")
		b.click("#share .question button")
		b.until("document.querySelector(\"form[action$='/embed']\")")
		slide.visit(strings.TrimPrefix(address, b.URL))
		slide.untilText("main", "taken it back")
		b.clean()
	}
}

// slidesOf serves a page of another origin that frames addresses.
func slidesOf(t *testing.T, addresses ...string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for _, address := range addresses {
			fmt.Fprintf(w, "<iframe src=%q></iframe>", address)
		}
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // of one site, so that Chromium keeps the frames in the page's process
}

// frames are the addresses of what stands in the frames of a page.
func (b *tab) frames() (addresses []string) {
	b.t.Helper()
	ctx, cancel := b.bounded()
	defer cancel()
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, child := range tree.FrameTree.ChildFrames {
		addresses = append(addresses, child.Frame.URL)
	}
	return addresses
}

// What was cleared comes back within ten seconds, by one press.
func TestClearedRequestsComeBack(t *testing.T) {
	t.Parallel()
	for _, scripts := range []bool{true, false} {
		b := openTab(t)
		b.logInAtBoth()
		if !scripts {
			b.withoutScripts()
		}
		b.visit("/inspector")
		const rows = "document.querySelectorAll('#rows > li').length"
		before := eval[int](b, rows)
		b.click("#clear button")
		b.until(rows + " === 0 && document.querySelector('#cleared')")
		b.untilText("#cleared", fmt.Sprintf("Cleared %d requests", before))
		b.click("#cleared button")
		b.until(fmt.Sprintf("%s === %d && !document.querySelector('#cleared')", rows, before))
		b.clean()
	}
}

// Times are in the visitor's zone and name it; without scripts they are in UTC and say so.
func TestTimesAreInTheVisitorsZone(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	b.zone("Europe/Berlin")
	b.visit("/inspector")
	b.until("/^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} (CET|CEST)$/.test(document.querySelector('.trace-measures time').textContent)")
	b.until("['CET', 'CEST'].includes(document.querySelector('#selection [data-zone]').textContent)")
	const wrong = `[...document.querySelectorAll('#rows time')].filter((time) => time.textContent !== new Date(time.dateTime).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' })).length`
	b.traceOf("/api/session/me")
	b.until("document.querySelectorAll('#rows time').length >= 3 && " + wrong + " === 0")
	b.zone("America/New_York")
	b.visit("/inspector")
	b.until("/ (EST|EDT)$/.test(document.querySelector('.trace-measures time').textContent)")
	b.withoutScripts()
	b.visit("/inspector")
	b.until("/ UTC$/.test(document.querySelector('.trace-measures time').textContent) && document.querySelector('#selection [data-zone]').textContent === 'UTC'")
	b.clean()
}

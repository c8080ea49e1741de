package browser

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"twodoors/tests/site"
)

// forgetful is a site as a browser meets it that keeps no cookie of it.
func forgetful(t *testing.T, at *site.Site) *site.Site {
	t.Helper()
	to, err := url.Parse(at.URL)
	if err != nil {
		t.Fatal(err)
	}
	between := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host },
		ModifyResponse: func(r *http.Response) error { r.Header.Del("Set-Cookie"); return nil },
	})
	t.Cleanup(between.Close)
	through := *at
	through.URL = between.URL
	return &through
}

// A7: a browser that does not send the seat back is told so: on its first page by a
// script, and on each further page, also without scripts.
func TestBrowserWithoutCookiesIsToldSo(t *testing.T) {
	t.Parallel()
	at := forgetful(t, openSite(t))
	const said = "does not send our cookie “seat” back"
	b := openTabAt(t, at)
	for _, path := range []string{"/", "/inspector", "/labs", "/labs/restart"} {
		b.visit(path)
		b.untilText("#seat-lost", said)
	}
	b.click(`form[action="/labs/restart/begin"] button`)
	b.untilText("main", said)
	b.shoot("seat-lost")

	bare := openTabAt(t, at)
	bare.withoutScripts()
	bare.visit("/")
	bare.click(`.site-nav a[href="/inspector"]`)
	bare.untilText("#seat-lost", said)
	bare.click(`.site-nav a[href="/labs"]`)
	bare.untilText("#seat-lost", said)
}

// A browser that brings its seat back reads nothing of this.
func TestBrowserWithCookiesReadsNothingOfThem(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	for _, path := range []string{"/", "/inspector", "/labs"} {
		b.visit(path)
		b.until("document.readyState === 'complete' && (document.querySelector('#seat-lost') === null || document.querySelector('#seat-lost').hidden)")
	}
	b.clean()
}

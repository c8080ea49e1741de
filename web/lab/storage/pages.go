package storage

import (
	"html/template"
	"net/http"
	"strings"

	"twodoors/static"
)

// holePolicy lets inline script run, which is what the page is for, and little else:
// the script can report to one address, and ask nothing of the site as the visitor.
func holePolicy(base string) string {
	return "default-src 'none'; script-src 'unsafe-inline'; connect-src " + base + reportPath +
		"; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-same-origin"
}

// foreignPolicy lets the foreign page post to the site, load from it and frame it:
// whether that works is up to the site.
func foreignPolicy(target string) string {
	return "default-src 'none'; script-src 'self'; img-src " + target + "; connect-src 'self' " + target + "; frame-src " + target +
		"; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
}

// holePage writes what was said as it stands: that is the hole.
var holePage = template.Must(template.New("hole").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A page with a hole · Two Doors</title><meta name="viewport" content="width=device-width"></head>
<body><h1>A page with a hole</h1>
<p><strong>This page is careless on purpose.</strong> It belongs to the lab “Who else can reach it?”, opens for your own seat only while you are in that lab, and has a policy of its own, which lets scripts within a page run. No other page of this site does.</p>
<p>It writes what it is told without escaping it. You said:</p>
<blockquote>{{.}}</blockquote>
<p>What a script among that got hold of stands on the page of the lab. You can close this window.</p>
</body></html>
`))

var foreignPage = template.Must(template.New("foreign").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A foreign site</title><meta name="viewport" content="width=device-width">
<script type="module" src="{{.Scripts}}/lab-foreign.js"></script></head>
<body data-ticket="{{.Ticket}}" data-target="{{.Target}}"><h1>A foreign site</h1>
<p>For your browser this is another site than {{.Target}}: it has another name. It knows nothing of you, and now loads from there, posts there, puts a page of it in a frame, and at last sends you there.</p>
<ul id="results"></ul>
</body></html>
`))

// framedPage says so when it is shown.
func framedPage() string {
	return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Framed</title><script src="` + scripts() + `/lab-framed.js"></script></head><body><p>This page is shown in a frame.</p></body></html>
`
}

// scripts is where the site's own scripts are.
func scripts() string { return "/static/" + static.Version() + "/js" }

const visitedPage = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Back · Two Doors</title><meta name="viewport" content="width=device-width"></head>
<body><h1>You followed a link</h1><p>The foreign site sent your browser here. What came along stands on the page of the lab. You can close this window.</p></body></html>
`

const pixel = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`

func writePage(w http.ResponseWriter, policy string, page *template.Template, data any) {
	var text strings.Builder
	if err := page.Execute(&text, data); err != nil {
		panic(err) // only a template that does not fit its data
	}
	w.Header().Set("Content-Security-Policy", policy)
	writeText(w, "text/html; charset=utf-8", text.String())
}

func writeText(w http.ResponseWriter, kind, text string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.Write([]byte(text))
}

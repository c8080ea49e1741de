package storage

import (
	"html/template"
	"net/http"
	"strings"

	"twodoors/static"
)

// holePolicy allows inline scripts, which is what the page is for, and little else: a script can report to one address
// and send no other request as the visitor.
func holePolicy(base string) string {
	return "default-src 'none'; script-src 'unsafe-inline'; connect-src " + base + reportPath +
		"; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-same-origin"
}

// foreignPolicy lets the foreign page post to the site, load from it and frame it; the site decides whether that works.
func foreignPolicy(target string) string {
	return "default-src 'none'; script-src 'self'; img-src " + target + "; connect-src 'self' " + target + "; frame-src " + target +
		"; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
}

// head begins each of these pages.
const head = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">`

// holePage echoes its input as it is: that is the vulnerability.
var holePage = template.Must(template.New("hole").Parse(head + `<title>A vulnerable page · Two Doors</title></head>
<body><h1>A vulnerable page</h1>
<p><strong>This page is vulnerable on purpose.</strong> It belongs to the lab “Storage in the browser”, and opens for your seat only while you are in that lab. Its own policy allows inline scripts. No other page of this site does.</p>
<p>It echoes its input without escaping it. The input was:</p>
<blockquote>{{.}}</blockquote>
<p>A script in the input runs and leaves nothing to see here. The lab page shows what it read, and closes this window at your next press.</p>
</body></html>
`))

var foreignPage = template.Must(template.New("foreign").Parse(head + `<title>A foreign site</title>
<script type="module" src="{{.Scripts}}/lab-foreign.js"></script></head>
<body data-ticket="{{.Ticket}}" data-target="{{.Target}}"><h1>A foreign site</h1>
<p>This page has another host name than {{.Target}}, so to your browser it is another site. It knows nothing about you. It loads an image from there, sends a POST, shows a page in a frame, and then sends you there by a link.</p>
<ul id="results"></ul>
<p id="link" hidden><a>Follow the link to {{.Target}}</a> <span></span></p>
</body></html>
`))

// framedPage says so when it is shown.
func framedPage() string {
	return head + `<title>Framed</title><script src="` + scripts() + `/lab-framed.js"></script></head><body><p>This page is shown in a frame.</p></body></html>
`
}

// scripts is where the site's own scripts are.
func scripts() string { return "/static/" + static.Version() + "/js" }

// visitedPage is where the foreign site's link leads.
func visitedPage() string {
	return head + `<title>Back · Two Doors</title><script type="module" src="` + scripts() + `/lab-visited.js"></script></head>
<body><h1>You followed a link</h1><p>The foreign site sent your browser here. The lab page shows which of its requests carried the practice cookie, and closes this window at your next press.</p>
<p><button>Close this window</button></p></body></html>
`
}

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

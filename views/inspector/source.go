package inspector

import (
	"net/url"
	"strings"

	"twodoors/web/trace"
)

// codeLink is where the line of a step is shown; empty when its source is not
// in this site.
func codeLink(step trace.Step) string {
	file, line, ok := strings.Cut(strings.TrimPrefix(step.Source, "web/"), ":")
	if !ok || !strings.HasPrefix(step.Source, "web/") {
		return ""
	}
	return (&url.URL{Path: "/inspector/code/" + file}).EscapedPath() + "?line=" + url.QueryEscape(line)
}

// codeAnchor is codeLink, with the page scrolled to the line.
func codeAnchor(step trace.Step) string {
	_, line, _ := strings.Cut(step.Source, ":")
	return codeLink(step) + "#L" + url.QueryEscape(line)
}

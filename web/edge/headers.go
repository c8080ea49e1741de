package edge

import (
	"net/http"
	"strings"
)

// policy allows what this site serves itself, and nothing else: no script or
// style within a page, no frame around it, no form to elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

var (
	// everywhere is what every answer has.
	everywhere = map[string][]string{
		"X-Content-Type-Options":       {"nosniff"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
	}
	// onPages is what only a document can be protected by.
	onPages = map[string][]string{
		"Content-Security-Policy":    {policy},
		"Cross-Origin-Opener-Policy": {"same-origin"},
		"Referrer-Policy":            {"same-origin"},
	}
	strictTransport = []string{"max-age=31536000"}
)

func protect(header http.Header, secure bool) {
	for name, value := range everywhere {
		header[name] = value
	}
	if secure {
		header["Strict-Transport-Security"] = strictTransport
	}
}

func protectPage(header http.Header) {
	if !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		return
	}
	for name, value := range onPages {
		header[name] = value
	}
}

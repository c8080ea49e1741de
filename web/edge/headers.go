package edge

import (
	"net/http"
	"strings"
)

// policy allows what this site serves itself, and nothing else: no script or
// style within a page, no frame around it, no form to elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

// protection is a header that is the same in every answer that has it.
type protection struct {
	name  string
	value []string
}

var (
	// everywhere is what every answer has.
	everywhere = []protection{
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	}
	// onPages is what only a document can be protected by.
	onPages = []protection{
		{"Content-Security-Policy", []string{policy}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Referrer-Policy", []string{"same-origin"}},
	}
	strictTransport = []string{"max-age=31536000"}
)

func protect(header http.Header, secure bool) {
	for _, p := range everywhere {
		header[p.name] = p.value
	}
	if secure {
		header["Strict-Transport-Security"] = strictTransport
	}
}

func protectPage(header http.Header) {
	if !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		return
	}
	for _, p := range onPages {
		if header[p.name] == nil { // the pages of one lab have a policy of their own (docs/security.md)
			header[p.name] = p.value
		}
	}
}

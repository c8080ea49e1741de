package edge

import "net/http"

// policy allows what this site serves itself, and nothing else: no script or
// style within a page, no frame around it, no form to elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

var protection = map[string][]string{
	"Content-Security-Policy":      {policy},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"same-origin"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
}

var strictTransport = []string{"max-age=31536000"}

// protect sets the headers that every answer has.
func protect(header http.Header, secure bool) {
	for name, value := range protection {
		header[name] = value
	}
	if secure {
		header["Strict-Transport-Security"] = strictTransport
	}
}

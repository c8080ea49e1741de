package front

import (
	"maps"

	"twodoors/web/relay"
	"twodoors/web/seat"
)

// hopByHop are the headers that concern one connection only (RFC 9110 section 7.6.1).
// Those that a visitor's Connection names besides go on: a visitor cannot have the front
// take off what the server decides by.
var hopByHop = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Proxy-Authenticate": true, "Proxy-Authorization": true,
	"Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
}

// notForwarded are the headers of a visitor that no server sees.
var notForwarded = func() map[string]bool {
	names := maps.Clone(hopByHop)
	for _, name := range []string{
		"Content-Length", "Expect", // the front has read the body
		"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", // the forwarded says it
		seat.HeaderName, roomHeader,
	} {
		names[name] = true
	}
	for _, name := range relay.Headers {
		names[name] = true
	}
	return names
}()

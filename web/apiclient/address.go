package apiclient

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
)

// Address is where a process reaches the site that it serves itself, as everybody does.
type Address struct {
	URL    string      // as "http://localhost:8080"
	Listen string      // the address that this process listens on: another program may answer to the name in the URL
	TLS    *tls.Config // trusts the site's own certificate and no other; nil without HTTPS
}

// Transport returns a transport that connects to this process, whatever the name in the URL
// leads to.
func (a Address) Transport() *http.Transport {
	return &http.Transport{TLSClientConfig: a.TLS, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, a.Listen)
	}}
}

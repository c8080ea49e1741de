package door

import (
	"context"
	"net/netip"
)

// Arrival is how a request reached the site, as the process that visitors
// connect to saw it. A server behind a front learns it from the front.
type Arrival struct {
	Address string // the visitor's IP address
	Secure  bool   // the visitor's connection is HTTPS
	Seat    string // a name for the visitor's seat that reveals nothing of it; empty when the request brought none
}

type arrivalKey struct{}

// Arrive returns a context that carries the arrival.
func Arrive(ctx context.Context, a *Arrival) context.Context {
	return context.WithValue(ctx, arrivalKey{}, a)
}

// ArrivalOf returns how the request of ctx reached the site.
func ArrivalOf(ctx context.Context) Arrival {
	if a, ok := ctx.Value(arrivalKey{}).(*Arrival); ok {
		return *a
	}
	return Arrival{}
}

// Network is whom an address counts as, wherever it is counted: an IPv4 address
// alone, an IPv6 address with its /64, as whoever has one has them all.
func (a Arrival) Network() string {
	address, err := netip.ParseAddr(a.Address)
	if address = address.Unmap(); err != nil || address.Is4() {
		return a.Address
	}
	network, _ := address.WithZone("").Prefix(64) // an IPv6 address has room for that
	return network.String()
}

// CookieName is what a cookie of ours is called. Over HTTPS a prefix makes browsers
// insist on Secure, on Path=/ and on no Domain (RFC 6265bis section 4.1.3.2), and
// the site of the same name on plain HTTP has a cookie apart.
func (a Arrival) CookieName(name string) string {
	if a.Secure {
		return "__Host-" + name
	}
	return name
}

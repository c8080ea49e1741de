package door

import (
	"cmp"
	"context"
	"net/netip"

	"twodoors/web/trace"
)

// Client is who sent a request: how it reached the site, as the process that visitors
// connect to saw it. A server behind a front learns it from the front.
type Client struct {
	Address string // the visitor's IP address
	Secure  bool   // the visitor's connection is HTTPS
	Seat    string // a name for the visitor's seat that reveals nothing of it; empty when the request brought none
	Room    string // the name of the room that answers, as "k3f9"; empty for the stage
}

// Stage is what the stage is called wherever a room is named: in traces, in tokens, and
// in requests of pages.
const Stage = trace.Stage

// RoomName returns the name of the room that answers, also when that is the stage.
func (c Client) RoomName() string { return cmp.Or(c.Room, Stage) }

type clientKey struct{}

// WithClient returns a context that carries the client.
func WithClient(ctx context.Context, c *Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// ClientOf returns how the request of ctx reached the site.
func ClientOf(ctx context.Context) Client {
	if c, ok := ctx.Value(clientKey{}).(*Client); ok {
		return *c
	}
	return Client{}
}

// Network is whom an address counts as, wherever it is counted: an IPv4 address
// alone, an IPv6 address with its /64, as whoever has one has them all.
func (c Client) Network() string {
	address, err := netip.ParseAddr(c.Address)
	if address = address.Unmap(); err != nil || address.Is4() {
		return c.Address
	}
	network, _ := address.WithZone("").Prefix(64) // an IPv6 address has room for that
	return network.String()
}

// CookieName is what a cookie that belongs to the room is called. A browser keeps one
// cookie of a name for a host, so outside the stage the name carries the room: logging in
// there logs nobody out here.
func (c Client) CookieName(name string) string { return c.SiteCookieName(c.InRoom(name)) }

// InRoom returns the name of something that a browser keeps for each room apart.
func (c Client) InRoom(name string) string {
	if c.Room == "" {
		return name
	}
	return name + "-" + c.Room
}

// SiteCookieName is what a cookie that is good in all rooms is called. Over HTTPS a prefix
// makes browsers insist on Secure, on Path=/ and on no Domain (RFC 6265bis section
// 4.1.3.2), and the site of the same name on plain HTTP has a cookie apart.
func (c Client) SiteCookieName(name string) string {
	if c.Secure {
		return "__Host-" + name
	}
	return name
}

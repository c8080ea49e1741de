package edge

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Hosts are the names that the site answers to. A request for another name comes
// from a page that made its own name point here (DNS rebinding).
type Hosts struct {
	names     []string
	addresses []netip.Addr
}

// NewHosts returns the loopback names, this machine's addresses and its own name, and
// further names.
func NewHosts(further []string) *Hosts {
	h := &Hosts{names: []string{"localhost"}}
	if own, err := os.Hostname(); err == nil && own != "" {
		own = strings.ToLower(own)
		short, _, _ := strings.Cut(own, ".")
		h.names = append(h.names, own, short, short+".local")
	}
	for _, name := range further {
		h.names = append(h.names, strings.ToLower(strings.TrimSuffix(name, ".")))
		if address, err := netip.ParseAddr(name); err == nil { // of a router or a container's host
			h.addresses = append(h.addresses, address.Unmap().WithZone(""))
		}
	}
	mine, _ := net.InterfaceAddrs() // none: loopback addresses are known anyway
	for _, address := range mine {
		if prefix, err := netip.ParsePrefix(address.String()); err == nil {
			h.addresses = append(h.addresses, prefix.Addr().Unmap().WithZone(""))
		}
	}
	return h
}

// Know reports whether a request's Host, with or without a port, is this site.
func (h *Hosts) Know(host string) bool {
	if !isHost(host) {
		return false
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if address, err := netip.ParseAddr(host); err == nil {
		address = address.Unmap().WithZone("")
		return address.IsLoopback() || slices.Contains(h.addresses, address)
	}
	host = strings.TrimSuffix(host, ".")
	return strings.HasSuffix(host, ".localhost") || slices.Contains(h.names, host)
}

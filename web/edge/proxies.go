package edge

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the addresses of the balancers before this process. What they say
// about a visitor is believed; what anybody else says is not.
type Proxies []netip.Prefix

// ParseProxies reads addresses, and networks as 10.0.0.0/8. Its error is a sentence
// for the person at the terminal.
func ParseProxies(texts []string) (Proxies, error) {
	var p Proxies
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if address, alone := netip.ParseAddr(text); alone == nil {
			prefix, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("--trust-proxy must be addresses or networks, such as 10.0.0.7 or 10.0.0.0/8, not %q", text)
		}
		p = append(p, prefix.Masked())
	}
	return p, nil
}

// visitor returns where a request really comes from, and whether the visitor sent
// it over HTTPS. Each proxy adds to the end of X-Forwarded-For whom it got the
// request from, so the last address that is no proxy of ours is the visitor's.
func (p Proxies) visitor(r *http.Request) (from string, secure bool) {
	from = address(r)
	if !p.has(from) {
		return from, false
	}
	secure = r.Header.Get("X-Forwarded-Proto") == "https"
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		from = hop.Unmap().String()
		if !p.has(from) {
			break
		}
	}
	return from, secure
}

func (p Proxies) has(text string) bool {
	if len(p) == 0 {
		return false
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		return false
	}
	address = address.Unmap().WithZone("")
	for _, prefix := range p {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

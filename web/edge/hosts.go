package edge

import (
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"twodoors/web/httpio"
	"twodoors/web/trace"
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

// astray answers a request that does not ask for an address of this site, and reports
// whether it did. net/http lets through what a client that follows RFC 9112 section 3.2
// never sends, and the server behind the front would refuse that before it looks at it.
func (f *Facing) astray(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case !namesPath(r):
		refuseTarget(w, r, trace.TargetWithoutPath, httpio.Problem{
			Status: http.StatusBadRequest, Detail: "The request does not name a path of this site. Use one that begins with a slash, as in GET /api/session/me.",
		})
	case f.Hosts.Know(r.Host):
		return false
	case !isHost(r.Host):
		refuseTarget(w, r, trace.HostMalformed, httpio.Problem{
			Status: http.StatusBadRequest, Detail: "The Host header must be a host name or an address, with an optional port. Use the address that Two Doors printed when it started.",
		})
	default:
		refuseTarget(w, r, trace.HostUnknown, httpio.Problem{
			Status: http.StatusMisdirectedRequest,
			Detail: "This site does not answer to that host name. Use the address that Two Doors printed when it started, or name the host with --hosts.",
		})
	}
	return true
}

func refuseTarget(w http.ResponseWriter, r *http.Request, why trace.Why, p httpio.Problem) {
	trace.Start(r.Context(), trace.OriginCheck).Refuse(why)
	httpio.Refuse(w, p)
}

// namesPath reports whether a request's target is a path, or a whole address, which
// may leave the path out. "*", "mailto:x" and what CONNECT names are none.
func namesPath(r *http.Request) bool {
	if path := r.URL.Path; path != "" {
		return path[0] == '/'
	}
	return r.URL.Host != "" && r.Method != http.MethodConnect
}

// isHost reports whether a text could be a request's Host: a name or an address, and
// perhaps a port (RFC 9110 section 7.2, RFC 3986 section 3.2).
func isHost(host string) bool {
	if literal, found := strings.CutPrefix(host, "["); found {
		inside, after, closed := strings.Cut(literal, "]")
		address, err := netip.ParseAddr(inside)
		return closed && err == nil && address.Is6() && !strings.ContainsFunc(address.Zone(), isNotInName) && (after == "" || isPort(after))
	}
	name, after := host, ""
	if i := strings.IndexByte(host, ':'); i >= 0 {
		name, after = host[:i], host[i:]
	}
	return name != "" && !strings.ContainsFunc(name, isNotInName) && (after == "" || isPort(after))
}

// isPort reports whether a text is a colon and a port, which may be left out.
func isPort(text string) bool {
	digits, found := strings.CutPrefix(text, ":")
	_, err := strconv.ParseUint(digits, 10, 16)
	return found && (digits == "" || err == nil)
}

// isNotInName reports whether a character is in no host name: those have what RFC 3986
// calls unreserved, as their other letters travel in Punycode.
func isNotInName(c rune) bool {
	letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	return !letter && (c < '0' || c > '9') && !strings.ContainsRune("-._~", c)
}

// SameOrigin refuses requests that change something and that another site's page
// made a browser send. Browsers say so in Sec-Fetch-Site, or at least in Origin;
// programs that are no browsers send neither and pass.
func SameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		step := trace.Start(r.Context(), trace.OriginCheck)
		if err := protection.Check(r); err != nil {
			step.Refuse(trace.OriginOther)
			httpio.Refuse(w, httpio.Problem{Status: http.StatusForbidden, Detail: "Another site's page sent this request. Use this site's own pages."})
			return
		}
		step.Pass()
		next.ServeHTTP(w, r)
	})
}

package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"syscall"
)

// listenOn listens on an address, and on both loopback addresses when that is localhost: a
// browser tries either first, and must not meet another program there.
func listenOn(address string) ([]net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if !isLocalhost(host) {
		listener, err := net.Listen("tcp", address)
		return []net.Listener{listener}, err
	}
	number, err := net.LookupPort("tcp", port)
	if err != nil {
		return nil, err
	}
	for range 20 { // a port that is free on the one may be taken on the other
		var both []net.Listener
		if both, err = listenOnBoth(port); number != 0 || !inUse(err) {
			return both, err
		}
	}
	return nil, err
}

// listenOnBoth is content with one loopback address where there is only one.
func listenOnBoth(port string) (listeners []net.Listener, err error) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		listener, failed := net.Listen("tcp", net.JoinHostPort(host, port))
		switch {
		case failed == nil:
			listeners = append(listeners, listener)
			_, port, _ = net.SplitHostPort(listener.Addr().String())
		case inUse(failed):
			closeAll(listeners)
			return nil, failed
		case err == nil:
			err = failed
		}
	}
	if len(listeners) > 0 {
		return listeners, nil
	}
	return nil, err
}

func closeAll(listeners []net.Listener) {
	for _, listener := range listeners {
		listener.Close()
	}
}

// inTheWay makes a sentence for whoever chose an address that cannot be listened on.
func inTheWay(address string, err error) error {
	if refused, ok := errors.AsType[*net.OpError](err); ok && inUse(err) {
		return fmt.Errorf("%s is in use: stop the program that uses it, or choose another address with --listen", refused.Addr)
	}
	return fmt.Errorf("cannot listen on %s: %w", address, err)
}

// inUse reports whether another program listens there. Windows has an error of its own.
func inUse(err error) bool {
	const onWindows = syscall.Errno(10048) // WSAEADDRINUSE
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, onWindows)
}

func isLocalhost(host string) bool { return strings.EqualFold(host, "localhost") }

// others are the addresses that others can type, of a site that listens on all of this
// machine's: by number and by the machine's name. There are none of a site that only
// listens where its own address says.
func (l listenFlags) others(own string) (addresses []string) {
	host, _, _ := net.SplitHostPort(l.Listen)
	all, err := netip.ParseAddr(host)
	if host != "" && (err != nil || !all.IsUnspecified()) {
		return nil
	}
	site, err := url.Parse(own)
	if err != nil {
		return nil
	}
	names := outward(host != "" && all.Is4())
	if name, err := os.Hostname(); err == nil && name != "" && !isLocalhost(name) {
		names = append(names, name)
	}
	for _, name := range names {
		addresses = append(addresses, site.Scheme+"://"+net.JoinHostPort(name, site.Port()))
	}
	return addresses
}

// outward are this machine's own numbers, the short ones where there are any.
func outward(only4 bool) (short []string) {
	mine, _ := net.InterfaceAddrs()
	var long []string
	for _, one := range mine {
		prefix, err := netip.ParsePrefix(one.String())
		switch address := prefix.Addr(); {
		case err != nil || address.IsLoopback() || address.IsLinkLocalUnicast():
		case address.Is4():
			short = append(short, address.String())
		case !only4:
			long = append(long, address.String())
		}
	}
	if len(short) == 0 {
		return long
	}
	return short
}

package main

import "twodoors/web/edge"

// proxyFlags name the balancers between visitors and a process.
type proxyFlags struct {
	TrustProxy []string `help:"Addresses or networks of the load balancers in front of it, separated by commas." env:"TWODOORS_TRUST_PROXY"`
}

func (f proxyFlags) check() error {
	_, err := edge.ParseProxies(f.TrustProxy)
	return err
}

// proxies are those that the flags name, which check has read before.
func (f proxyFlags) proxies() edge.Proxies {
	all, err := edge.ParseProxies(f.TrustProxy)
	if err != nil {
		return nil // so none is trusted
	}
	return all
}

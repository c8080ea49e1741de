package deploy

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"
)

// nginx runs nginx as docs/deploy/nginx.conf configures it, and returns who trusts it.
func (d *deployment) nginx() *http.Client {
	address := freeAddress(d.t, "127.0.0.1")
	certificate, key, trusting := d.certificate(address)
	file := d.write("nginx.conf", "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n"+
		"client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n"+d.file("nginx.conf")+"}\n",
		d.ports("listen 443", "listen "+address,
			"/etc/ssl/doors.example.org.crt", d.write("nginx.crt", certificate), "/etc/ssl/private/doors.example.org.key", d.write("nginx.key", key))...)
	d.site = address
	d.run(address, nil, "nginx", "-p", d.folder, "-c", file, "-e", "stderr")
	return trusting
}

// haproxy runs HAProxy as docs/deploy/haproxy.cfg configures it, and returns who trusts it.
func (d *deployment) haproxy() *http.Client {
	address := freeAddress(d.t, "127.0.0.1")
	certificate, key, trusting := d.certificate(address)
	file := d.write("haproxy.cfg", d.file("haproxy.cfg"),
		d.ports("bind :443", "bind "+address, "/etc/ssl/private/doors.example.org.pem", d.write("haproxy.pem", certificate+key))...)
	d.site = address
	d.run(address, nil, "haproxy", "-f", file)
	return trusting
}

// ports replaces the addresses of the three servers with those of ours.
func (d *deployment) ports(others ...string) []string {
	return append(others, "10.0.0.11:8080", d.servers[0].address, "10.0.0.12:8080", d.servers[1].address, "10.0.0.13:8080", d.servers[2].address)
}

// certificate makes one, and a client that trusts it and finds the site's name at an address. Each request has a
// connection of its own.
func (d *deployment) certificate(address string) (certificate, key string, trusting *http.Client) {
	d.t.Helper()
	certificate, key = selfSigned(d.t)
	known := x509.NewCertPool()
	known.AppendCertsFromPEM([]byte(certificate))
	return certificate, key, &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: known},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}}
}

// selfSigned is a certificate for the site's name and for this machine.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{host}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

// connectingFrom is a client that has an address of its own.
func connectingFrom(address string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DialContext: dialer.DialContext}}
}

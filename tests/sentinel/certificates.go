package sentinel

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Certificates are an authority and a certificate that it signed, for 127.0.0.1 alone.
type Certificates struct {
	Authority        string // the file of the authority's certificate
	Certificate, Key string // files
	known            *x509.CertPool
}

// NewCertificates makes an authority that nobody knows, and a certificate.
func NewCertificates(t testing.TB) *Certificates {
	t.Helper()
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	signed := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "redis"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	authoritysKey, key := newKey(t), newKey(t)
	folder := t.TempDir()
	write := func(name, kind string, raw []byte, err error) (path string, text []byte) {
		if err != nil {
			t.Fatal(err)
		}
		path, text = filepath.Join(folder, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path, text
	}
	c := &Certificates{known: x509.NewCertPool()}
	raw, err := x509.CreateCertificate(rand.Reader, authority, authority, &authoritysKey.PublicKey, authoritysKey)
	path, text := write("ca.crt", "CERTIFICATE", raw, err)
	c.Authority = path
	c.known.AppendCertsFromPEM(text)
	raw, err = x509.CreateCertificate(rand.Reader, signed, authority, &key.PublicKey, authoritysKey)
	c.Certificate, _ = write("redis.crt", "CERTIFICATE", raw, err)
	raw, err = x509.MarshalPKCS8PrivateKey(key)
	c.Key, _ = write("redis.key", "PRIVATE KEY", raw, err)
	return c
}

// Trusting is the configuration of a client that knows the authority.
func (c *Certificates) Trusting() *tls.Config { return &tls.Config{RootCAs: c.known} }

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

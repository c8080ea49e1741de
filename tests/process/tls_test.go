package process

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// overTLS runs a test on a front, and on a server that stands alone, each over TLS.
func overTLS(t *testing.T, test func(t *testing.T, s *visit)) {
	t.Helper()
	for _, command := range []string{"serve", "server"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			pool := certify(t, folder)
			s := open(t, command, "--tls-cert="+filepath.Join(folder, "cert.pem"), "--tls-key="+filepath.Join(folder, "key.pem"))
			s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
			test(t, s)
		})
	}
}

// S3, W5: over TLS the session's cookie is __Host-session and Secure, and browsers
// are told to stay with HTTPS.
func TestCookiesOverTLS(t *testing.T) {
	t.Parallel()
	overTLS(t, func(t *testing.T, s *visit) {
		login := s.call("POST", "/api/session/login", ada)
		for _, cookie := range (&http.Response{Header: login.header}).Cookies() {
			if !cookie.Secure || !cookie.HttpOnly || cookie.Path != "/" || cookie.Domain != "" || cookie.Name == "session" {
				t.Error(cookie)
			}
		}
		if set := strings.Join(login.header["Set-Cookie"], "\n"); !strings.Contains(set, "__Host-session=") || login.header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%q, HSTS %q", set, login.header.Get("Strict-Transport-Security"))
		}
	})
}

// S3, W5: over TLS both doors let in, and plain HTTP is not answered. The inspector says how
// the credential travelled.
func TestOverTLS(t *testing.T) {
	t.Parallel()
	overTLS(t, func(t *testing.T, s *visit) {
		if !strings.HasPrefix(s.URL, "https://localhost:") {
			t.Fatalf("it is open at %s", s.URL)
		}
		s.logIn()
		if a, b := s.sessionMe(), s.tokenMe(); a.status != 200 || b.status != 200 {
			t.Errorf("session %d %s, token %d %s", a.status, a.body, b.status, b.body)
		}
		s.saysHowItTravelled(false)
		plain, err := http.Get("http://" + strings.TrimPrefix(s.URL, "https://") + "/api/session/me")
		if err == nil {
			plain.Body.Close()
			if plain.StatusCode != 400 {
				t.Errorf("plain HTTP is answered with %d", plain.StatusCode)
			}
		}
	})
}

// On plain HTTP it is the other way round.
func TestOverPlainHTTP(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	if a := s.sessionMe(); a.header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without TLS")
	}
	s.saysHowItTravelled(true)
}

// saysHowItTravelled checks the words of the pages about a cookie and a token.
func (s *visit) saysHowItTravelled(clear bool) {
	s.t.Helper()
	for _, a := range []answer{s.sessionMe(), s.tokenMe()} {
		page := s.call("GET", "/inspector/"+a.header.Get("Trace-Id"), "")
		if page.status != 200 || strings.Contains(page.body, "in the clear") != clear || strings.Contains(page.body, "plain HTTP") != clear {
			s.t.Errorf("at %s the inspector's page of %s says plain HTTP, or does not", s.URL, a.body)
		}
	}
}

// certify writes a certificate for localhost and its key, and returns who trusts it.
func certify(t *testing.T, folder string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	for name, block := range map[string]*pem.Block{
		"cert.pem": {Type: "CERTIFICATE", Bytes: certificate}, "key.pem": {Type: "PRIVATE KEY", Bytes: private},
	} {
		var text bytes.Buffer
		pem.Encode(&text, block)
		if err := os.WriteFile(filepath.Join(folder, name), text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		pool.AppendCertsFromPEM(text.Bytes())
	}
	return pool
}

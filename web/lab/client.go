package lab

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/seat"
)

// Address is where a lab's own clients reach the site.
type Address struct {
	URL    string       // as "http://localhost:8080"
	Listen string       // the address that this process listens on: another program may answer to the name in the URL
	TLS    *tls.Config  // trusts the site's own certificate and no other; nil without HTTPS
	Secret ClientSecret // proves who they are
}

// ClientSecret proves that a request comes from one of the labs' own clients: what such
// a client does ends in signed records. It is made when the process starts, and no
// server, no trace and no log gets to see it.
type ClientSecret string

// NewClientSecret draws a secret.
func NewClientSecret() ClientSecret { return ClientSecret(rand.Text()) }

// clientHeader carries the secret and the client's name, as "SECRET thief".
const clientHeader = "Lab-Client"

// Sender names the lab's client that sent a request, "" when anybody else did. It takes
// the proof off the request.
func (s ClientSecret) Sender(header http.Header) string {
	sent := header[clientHeader]
	if sent == nil {
		return ""
	}
	delete(header, clientHeader)
	secret, name, _ := strings.Cut(sent[0], " ")
	if subtle.ConstantTimeCompare([]byte(secret), []byte(s)) != 1 {
		return ""
	}
	return name
}

// Client is one of a lab's own: somebody who uses the site as anybody does, over a
// connection of its own. Its requests are traced for the seat that it works for, under
// its name.
type Client struct {
	name string
	site Address
	seat string
	http *http.Client
}

// clientTimeout is how long one waits for an answer, and maxAnswer how much of it is
// read.
const (
	clientTimeout = 3 * time.Second
	maxAnswer     = 64 << 10
)

// userAgent begins what its clients say that they are. It is for people: anybody can say so.
const userAgent = "TwoDoors-Lab/"

// thiefName is what traces call whoever uses what was stolen.
const thiefName = "thief"

// ExperimentName is what histories call an experiment that was run to its end.
const ExperimentName = "experiment"

func newClient(name string, site Address, s seat.Seat) *Client {
	return &Client{name: name, site: site, seat: s.Value, http: &http.Client{
		Timeout:       clientTimeout,
		Transport:     &http.Transport{DialContext: site.dial, TLSClientConfig: site.TLS, MaxConnsPerHost: 2, IdleConnTimeout: 10 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// dial connects to this process, whatever the name in the URL leads to.
func (a Address) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, a.Listen)
}

// do asks the site, showing what the header holds. A body is sent as JSON, unless it
// is nil. The status is 0 when nothing was answered.
func (c *Client) do(ctx context.Context, method, path string, shown http.Header, body any) (status int, answer []byte) {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return 0, nil
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, c.site.URL+path, bytes.NewReader(content))
	if err != nil {
		return 0, nil
	}
	for name, values := range shown {
		r.Header[name] = values
	}
	r.Header.Set("User-Agent", userAgent+c.name)
	r.Header.Set(clientHeader, string(c.site.Secret)+" "+c.name)
	r.Header.Set(seat.HeaderName, c.seat)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answered, err := c.http.Do(r)
	if err != nil {
		return 0, nil // the error names nothing that a student could act on, and holds the address only
	}
	defer answered.Body.Close()
	answer, _ = io.ReadAll(io.LimitReader(answered.Body, maxAnswer))
	return answered.StatusCode, answer
}

func (c *Client) leave() { c.http.CloseIdleConnections() }

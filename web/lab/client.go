package lab

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/seat"
	"twodoors/web/trace"
)

// Address is where a lab's own clients reach the site.
type Address struct {
	URL string      // as "http://localhost:8080"
	TLS *tls.Config // trusts the site's own certificate and no other; nil without HTTPS
}

// Client is one of a lab's own: somebody who uses the site as anybody does, over a
// connection and with a user agent of its own. Its requests are traced for the seat
// that it works for, under its name.
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

// thiefName is what traces call whoever uses what was stolen.
const thiefName = "thief"

func newClient(name string, site Address, s seat.Seat) *Client {
	return &Client{name: name, site: site, seat: s.Value, http: &http.Client{
		Timeout:       clientTimeout,
		Transport:     &http.Transport{TLSClientConfig: site.TLS, MaxConnsPerHost: 2, IdleConnTimeout: 10 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
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
	r.Header.Set("User-Agent", trace.LabAgent+c.name)
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

package lab

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"twodoors/web/apiclient"
	"twodoors/web/seat"
)

// Address is where a lab's own clients reach the site.
type Address struct {
	apiclient.Address
	Secret ClientSecret // proves who they are
}

// Cookies that clients present: the session door's and the front's, which names the server. Outside the stage
// their names carry the room, and over HTTPS they have a prefix: see door.Client.
const (
	SessionCookie = "session"
	StickyCookie  = "sticky"
)

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

// The names of senders that are not the visitor, as histories have them.
const (
	Thief      = "thief"      // who uses what was stolen
	Experiment = "experiment" // one that ran to its end
)

// Client is one of a lab's own: somebody who uses the site as anybody does, over a
// connection of its own. Its requests are traced for the seat that it works for, under
// its name.
type Client struct {
	url string
	api *apiclient.Client
}

const (
	clientTimeout = 3 * time.Second
	userAgent     = "TwoDoors-Lab/" // and the client's name, for people: anybody can say so
)

// Client returns a client that works for a seat. Whoever is done with it closes it.
func (l *Labs) Client(name string, s seat.Seat) *Client {
	transport := l.Address.Transport()
	transport.MaxConnsPerHost, transport.IdleConnTimeout = 2, 10*time.Second
	return &Client{l.Address.URL, apiclient.New(apiclient.Config{
		Transport: transport, Timeout: clientTimeout,
		Header: http.Header{
			"User-Agent": {userAgent + name}, clientHeader: {string(l.Address.Secret) + " " + name}, seat.HeaderName: {s.Value},
		},
	})}
}

// Do sends a request with a header that holds the credential. A body is sent as JSON, unless it
// is nil. The status is 0 when nothing was answered: why not is nothing that a student could act on.
func (c *Client) Do(ctx context.Context, method, path string, header http.Header, body any) (status int, answer []byte) {
	answered, err := c.api.Do(ctx, method, c.url+path, header, body)
	if err != nil {
		return 0, nil
	}
	return answered.Status, answered.Body
}

// Close ends its connections.
func (c *Client) Close() { c.api.Close() }

// Package apiclient calls the API of a site as any program does: over HTTP, with JSON.
//
// The labs' own clients and those of experiments are made of it. It knows nothing of
// what is asked.
package apiclient

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
)

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 16 << 20

// Client is one program, with connections of its own.
type Client struct {
	http   *http.Client
	header http.Header
}

// Config is what a client is made of.
type Config struct {
	Transport http.RoundTripper // of no other client
	Timeout   time.Duration     // for a whole answer
	Jar       http.CookieJar    // nil keeps no cookies
	Header    http.Header       // of every request
}

// New returns a client. Whoever is done with it closes it.
func New(c Config) *Client {
	return &Client{header: c.Header, http: &http.Client{
		Transport: c.Transport, Timeout: c.Timeout, Jar: c.Jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Answer is what a site answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request with a header besides the client's own, and a body as JSON unless it
// is nil. An error says that nothing was answered; it does not name the address.
func (c *Client) Do(ctx context.Context, method, address string, header http.Header, body any) (Answer, error) {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return Answer{}, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(content))
	if err != nil {
		return Answer{}, err
	}
	maps.Copy(r.Header, c.header)
	maps.Copy(r.Header, header)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.http.Do(r)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return Answer{}, failed.Err // whoever asks knows what was asked
	}
	if err != nil {
		return Answer{}, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	return Answer{answer.StatusCode, answer.Header, text}, err
}

// Close closes the client's connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

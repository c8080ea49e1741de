package experiment

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/apiclient"
	"twodoors/web/trace"
)

// userAgent begins what the clients of experiments say that they are, for people.
const userAgent = "TwoDoors-Lab/"

// Client is one browser or terminal that uses a site: with a connection, a user
// agent, cookies and a token of its own.
type Client struct {
	Name  string
	Jar   http.CookieJar // holds the session cookie, and the refresh token's
	Token string         // the access token, once it has one

	room string // that its requests are for, empty for the one that answers
	base func() string
	api  *apiclient.Client
}

// Who takes part in the experiments, as traces call them.
const (
	adminName   = "admin"      // presses the buttons
	visitorName = "experiment" // is logged in
)

// The doors, as paths name them.
const (
	SessionDoor = "session"
	TokenDoor   = "token"
)

// askTimeout is how long a client waits for an answer. A login may wait for its turn for half
// a minute.
const askTimeout = 40 * time.Second

// NewClient returns a client of the site at a base address, which sends a header with every
// request.
func NewClient(name string, base func() string, transport http.RoundTripper, header http.Header) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // only with options
	}
	header.Set("User-Agent", userAgent+name)
	return &Client{Name: name, Jar: jar, base: base, api: apiclient.New(apiclient.Config{
		Transport: transport, Timeout: askTimeout, Jar: jar, Header: header,
	})}
}

// Leave closes the client's connection.
func (c *Client) Leave() { c.api.Close() }

// Answer is what a site answered.
type Answer struct{ apiclient.Answer }

// detail is what a problem says, for the middle of a sentence (RFC 9457 section 3.1.4).
func (a Answer) detail() string {
	var problem struct {
		Detail string `json:"detail"`
	}
	if json.Unmarshal(a.Body, &problem) != nil || problem.Detail == "" {
		return "without a reason"
	}
	return strings.TrimRight(problem.Detail, ".")
}

// Do asks the site, with a body as JSON unless it is nil, and with the token if
// the client has one. An error says that nothing was answered.
func (c *Client) Do(ctx context.Context, method, path string, body any) (Answer, error) {
	header := http.Header{}
	if c.Token != "" {
		header.Set("Authorization", "Bearer "+c.Token)
	}
	if c.room != "" {
		header.Set(roomHeader, c.room)
	}
	answer, err := c.api.Do(ctx, method, c.base()+path, header, body)
	return Answer{answer}, err
}

// Must is Do for what has to work: any answer but a success is an error. What was
// answered is read into the value, unless that is nil.
func (c *Client) Must(ctx context.Context, method, path string, body, into any) (Answer, error) {
	answer, err := c.Do(ctx, method, path, body)
	switch {
	case err != nil:
		return answer, fmt.Errorf("%s %s: %w", method, path, err)
	case answer.Status >= 300:
		return answer, fmt.Errorf("%s %s was answered with %d: %s", method, path, answer.Status, answer.detail())
	case into == nil:
		return answer, nil
	}
	return answer, json.Unmarshal(answer.Body, into)
}

// LogIn logs ada in at a door: every new database knows her.
func (c *Client) LogIn(ctx context.Context, door string) (Answer, error) {
	return c.logInAs(ctx, door, "ada", "lovelace")
}

func (c *Client) logInAs(ctx context.Context, door, username, password string) (Answer, error) {
	answer, err := c.Must(ctx, "POST", "/api/"+door+"/login", map[string]string{"username": username, "password": password}, nil)
	if err == nil && door == TokenDoor {
		err = c.takeToken(answer)
	}
	return answer, err
}

// takeToken takes the access token out of the answer to a login or a refresh.
func (c *Client) takeToken(a Answer) error {
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	err := json.Unmarshal(a.Body, &issued)
	c.Token = issued.AccessToken
	return err
}

// Refresh exchanges the refresh token in its cookie for a new access token, and reports whether
// it got one.
func (c *Client) Refresh(ctx context.Context) (done bool, err error) {
	bearer := c.Token
	c.Token = ""
	answer, err := c.Do(ctx, "POST", "/api/token/refresh", nil)
	c.Token = bearer
	if err != nil || answer.Status != http.StatusOK {
		return false, err
	}
	return true, c.takeToken(answer)
}

// Me calls the protected page behind a door.
func (c *Client) Me(ctx context.Context, door string) (Answer, error) {
	return c.Do(ctx, "GET", "/api/"+door+"/me", nil)
}

// Trace is how an answer to this client came to be. The site does not know who the
// client is; we do.
func (c *Client) Trace(ctx context.Context, a Answer) (*trace.Trace, error) {
	t := &trace.Trace{}
	_, err := c.Must(ctx, "GET", "/api/traces/"+a.Header.Get("Trace-Id"), nil, t)
	t.Client = c.Name
	return t, err
}

// Set changes settings of the site, by their names in the API. All servers go by
// them when it returns.
func (c *Client) Set(ctx context.Context, settings Settings) error {
	_, err := c.Must(ctx, "PATCH", "/api/settings", settings, nil)
	return err
}

// Settings are some of the settings of a site, as PATCH /api/settings takes them.
type Settings map[string]any

// flags are the settings as the command line takes them.
func (s Settings) flags() []string {
	var flags []string
	for name, value := range s {
		flags = append(flags, fmt.Sprintf("--%s=%v", strings.ReplaceAll(name, "_", "-"), value))
	}
	return flags
}

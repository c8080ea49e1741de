package experiment

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/trace"
)

// Forging is what came of forging tokens, for each algorithm that the site may sign by,
// and of guessing.
type Forging struct {
	Algorithms   []string    `json:"algorithms"`
	Kinds        []string    `json:"kinds"`
	Forgeries    []Forgery   `json:"forgeries"` // algorithm by algorithm, as they were tried
	Cracked      *Cracked    `json:"cracked,omitempty"`
	Guessed      *GuessedIDs `json:"guessed,omitempty"`
	Milliseconds int64       `json:"ms"` // that it took
}

// Forgery is a token that nobody signed, shown to the door.
type Forgery struct {
	Algorithm string       `json:"algorithm"`
	Kind      string       `json:"kind"`
	Done      string       `json:"done,omitempty"` // to the token, in a sentence
	Status    int          `json:"status,omitzero"`
	Refused   trace.Name   `json:"refused,omitzero"`    // the step that did
	LetInBy   []string     `json:"let_in_by,omitempty"` // mistakes of careless verifiers that would have
	Unasked   bool         `json:"unasked,omitzero"`    // they could not be asked: there is no public key
	Trace     *trace.Trace `json:"trace,omitempty"`
	Fault     string       `json:"fault,omitempty"` // why it could not be made, as a sentence
}

// Cracked is a weak secret that was found.
type Cracked struct {
	Secret    string  `json:"secret"`
	Tried     int     `json:"tried"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	Years     string  `json:"years"` // that a secret of 256 random bits would take
}

// GuessedIDs is what came of guessing session ids.
type GuessedIDs struct {
	Guesses   int64   `json:"guesses"`
	LetIn     int64   `json:"let_in"`
	PerSecond float64 `json:"per_second"`
	Years     string  `json:"years"` // until all ids of 128 bits would have been tried
}

// Proofs are the traces of the answers that refused.
func (f *Forging) Proofs() []*trace.Trace {
	var proofs []*trace.Trace
	for _, one := range f.Forgeries {
		if one.Trace != nil {
			proofs = append(proofs, one.Trace)
		}
	}
	return proofs
}

// Unforged is the table, empty.
func Unforged() *Forging {
	return &Forging{
		Algorithms: []string{"HS256", "RS256", "ES256", "EdDSA"},
		Kinds: []string{"payload", "signature-cut", "none", "none-spelled", "other-algorithm", "doubled",
			"public-key", "jwk", "jku", "kid-path", "kid-sql", "expired", "audience", "refresh"},
	}
}

// briefly is how long tokens live that are to be shown when they have expired.
const briefly = time.Second

// Forge begins the lab that forges, in whose room it goes on. It forges tokens in every
// way that the lab knows, and shows each to the door. Then it cracks a weak secret and guesses session ids.
func Forge(ctx context.Context, in *Room, report func(Progress)) (*Forging, error) {
	began, f := time.Now(), Unforged()
	total := len(f.Algorithms)*len(f.Kinds) + 2
	forger, err := enterLab(ctx, in)
	if err != nil {
		return f, err
	}
	defer forger.Leave()
	for _, algorithm := range f.Algorithms {
		report(Progress{len(f.Forgeries), total, "Forging " + algorithm + " tokens", f.soFar()})
		if err := f.tryAll(ctx, forger, algorithm); err != nil {
			return f, err
		}
	}
	report(Progress{len(f.Forgeries), total, "Cracking a secret", f.soFar()})
	if f.Cracked, err = crack(ctx, forger); err != nil {
		return f, err
	}
	report(Progress{len(f.Forgeries) + 1, total, "Guessing session IDs", f.soFar()})
	if f.Guessed, err = guess(ctx, forger); err != nil {
		return f, err
	}
	f.Milliseconds = time.Since(began).Milliseconds()
	report(Progress{total, total, "", f.soFar()})
	return f, nil
}

// enterLab begins the lab whose routes forge, and comes to its room.
func enterLab(ctx context.Context, in *Room) (*Client, error) {
	forger := in.Client("forger")
	_, err := forger.Must(ctx, "POST", "/api/labs/forgery/begin", nil, nil)
	var lab struct {
		Name string `json:"name"`
	}
	forger.room = "" // it is another one now
	if err == nil {
		_, err = forger.Must(ctx, "GET", "/api/rooms/mine", nil, &lab)
	}
	forger.room = lab.Name
	if err != nil {
		forger.Leave()
	}
	return forger, err
}

// soFar is the table as it is now. Later forgeries are added behind its own.
func (f *Forging) soFar() *Forging {
	now := *f
	return &now
}

// own is what a visitor has to forge from.
type own struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

func (f *Forging) tryAll(ctx context.Context, c *Client, algorithm string) error {
	late, err := logInFor(ctx, c, algorithm, briefly)
	if err != nil {
		return err
	}
	mine, err := logInFor(ctx, c, algorithm, time.Hour)
	if err != nil {
		return err
	}
	if err := pause(ctx, briefly+time.Second/10); err != nil {
		return err
	}
	for _, kind := range f.Kinds {
		from := mine.Access
		switch kind {
		case "expired":
			from = late.Access
		case "refresh":
			from = mine.Refresh
		}
		one, err := showForged(ctx, c, from, kind)
		if err != nil {
			return err
		}
		one.Algorithm = algorithm
		f.Forgeries = append(f.Forgeries, one)
	}
	return nil
}

// logInFor logs in while the site signs by an algorithm, for so long.
func logInFor(ctx context.Context, c *Client, algorithm string, lifetime time.Duration) (mine own, err error) {
	c.Token = ""
	if err := c.Set(ctx, Settings{"alg": algorithm, "access_lifetime": lifetime.String()}); err != nil {
		return mine, err
	}
	_, err = c.Must(ctx, "POST", "/api/token/login", map[string]string{"username": "ada", "password": "lovelace", "refresh_in": "body"}, &mine)
	return mine, err
}

// showForged forges a token and shows it to the door.
func showForged(ctx context.Context, c *Client, from, kind string) (one Forgery, err error) {
	one.Kind = kind
	c.Token = ""
	made, err := c.Do(ctx, "POST", "/api/labs/forgery/forge", map[string]string{"token": from, "kind": kind})
	if err != nil {
		return one, err
	}
	switch {
	case made.Status == http.StatusUnprocessableEntity:
		one.Fault = made.detail()
		return one, nil
	case made.Status != http.StatusOK:
		return one, fmt.Errorf("forging was answered with %d: %s", made.Status, made.detail())
	}
	var forged struct {
		Done     string `json:"done"`
		Forged   string `json:"forged"`
		Careless []struct {
			Mistake string `json:"mistake"`
			LetIn   bool   `json:"let_in"`
		} `json:"careless"`
	}
	if err := json.Unmarshal(made.Body, &forged); err != nil {
		return one, err
	}
	one.Done, one.Unasked = forged.Done, len(forged.Careless) == 0
	for _, v := range forged.Careless {
		if v.LetIn {
			one.LetInBy = append(one.LetInBy, v.Mistake)
		}
	}
	c.Token = forged.Forged
	answer, err := c.Me(ctx, TokenDoor)
	if err != nil {
		return one, err
	}
	c.Token = ""
	if answer.Status >= http.StatusInternalServerError {
		return one, fmt.Errorf("a forged token was answered with %d: %s", answer.Status, answer.detail())
	}
	one.Status = answer.Status
	if one.Trace, err = c.Trace(ctx, answer); err == nil {
		one.Refused = one.Trace.Reason
	}
	return one, err
}

// crack has a weak secret cracked. The last line of the answer says what came of it.
func crack(ctx context.Context, c *Client) (*Cracked, error) {
	var weak struct {
		Weak string `json:"weak"`
	}
	if err := askLab(ctx, c, "weak", nil, &weak); err != nil {
		return nil, err
	}
	answer, err := c.Must(ctx, "POST", "/api/labs/forgery/crack", map[string]string{"token": weak.Weak}, nil)
	if err != nil {
		return nil, err
	}
	lines := bytes.Split(bytes.TrimSpace(answer.Body), []byte("\n"))
	found := &Cracked{}
	if err := json.Unmarshal(lines[len(lines)-1], found); err != nil {
		return nil, fmt.Errorf("cracking ended early: %w", err)
	}
	if found.Secret == "" {
		return nil, errors.New("the weak secret was not found")
	}
	return found, nil
}

// guess has session ids guessed.
func guess(ctx context.Context, c *Client) (*GuessedIDs, error) {
	guessed := &GuessedIDs{}
	err := askLab(ctx, c, "guess", nil, guessed)
	if err == nil && guessed.Guesses == 0 {
		err = errors.New("no guessed session id was answered")
	}
	if err != nil {
		return nil, err
	}
	return guessed, nil
}

// askLab asks the lab for something.
func askLab(ctx context.Context, c *Client, what string, body, into any) error {
	_, err := c.Must(ctx, "POST", "/api/labs/forgery/"+what, body, into)
	return err
}

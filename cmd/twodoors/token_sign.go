package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/jwtinspect"
)

type tokenSign struct {
	keyFlags
	Key       string        `help:"File with a private key, in PEM or as a JWK." placeholder:"FILE"`
	DB        string        `help:"Database of a site, to sign with that site's key for --alg." placeholder:"FILE"`
	Algorithm string        `name:"alg" help:"Signing algorithm; the key's own if not given."`
	KeyID     string        `name:"kid" help:"Key ID for the header; the JWK's own if not given."`
	Type      string        `name:"typ" default:"JWT" help:"Type of the token, for the header."`
	Claims    string        `help:"File with the claims as a JSON object; - reads standard input, the default without --claim." placeholder:"FILE"`
	Claim     []string      `help:"A claim: name=value for text, name:=value for JSON." sep:"none" placeholder:"NAME=VALUE"`
	Expires   time.Duration `help:"Add iat (now) and exp (this much later)." placeholder:"5m"`
}

// Run prints a token.
func (c *tokenSign) Run(ctx context.Context, t terminal) error {
	key, err := c.signingKey(ctx, t)
	if err != nil {
		return err
	}
	if c.Algorithm == "" {
		fitting, err := key.Algorithms()
		if err != nil {
			return err
		}
		if len(fitting) == 0 {
			return errors.New("no supported algorithm fits the key")
		}
		c.Algorithm = fitting[0]
	}
	header, err := json.Marshal(struct {
		Algorithm string `json:"alg"`
		Type      string `json:"typ,omitempty"`
		KeyID     string `json:"kid,omitempty"`
	}{c.Algorithm, c.Type, c.keyID(key)})
	if err != nil {
		return err
	}
	payload, err := c.payload(t)
	if err != nil {
		return err
	}
	text, err := jwtinspect.Sign(jwtinspect.Draft{Header: header, Payload: payload, Algorithm: c.Algorithm}, key)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.out, text)
	return err
}

// signingKey is the key that was given, or the one of a site.
func (c *tokenSign) signingKey(ctx context.Context, t terminal) (*jwtinspect.Key, error) {
	if c.DB == "" {
		return c.key(t, []keySource{{"pem", c.Key}})
	}
	if c.Algorithm == "" || c.Key != "" || c.SecretFile != "" || c.SecretEnv != "" {
		return nil, usageError{errors.New("--db needs --alg and no other key")}
	}
	key, id, err := siteKey(ctx, c.DB, c.Algorithm)
	if c.KeyID == "" {
		c.KeyID = id
	}
	return key, err
}

// keyID is the id that was given, or the one of the JWK.
func (c *tokenSign) keyID(key *jwtinspect.Key) string {
	if c.KeyID != "" {
		return c.KeyID
	}
	return key.ID()
}

// payload puts the claims together: a file, then single ones, then the times.
func (c *tokenSign) payload(t terminal) (jsontext.Value, error) {
	claims := map[string]jsontext.Value{}
	in := t.in
	if c.Claims != "" && c.Claims != "-" {
		file, err := os.Open(c.Claims)
		if err != nil {
			return nil, fmt.Errorf("read the claims: %w", err)
		}
		defer file.Close()
		in = file
	}
	if c.Claims != "" || len(c.Claim) == 0 {
		text, err := readBounded(in, maxToken)
		if err != nil {
			return nil, fmt.Errorf("read the claims: %w", err)
		}
		if err := json.Unmarshal(text, &claims); err != nil || claims == nil {
			return nil, errors.New("the claims are not one JSON object without repeated members")
		}
	}
	for _, claim := range c.Claim {
		name, value, found := strings.Cut(claim, "=")
		if !found || name == "" {
			return nil, usageError{fmt.Errorf("--claim must be name=value or name:=value, not %q", claim)}
		}
		if bare, isJSON := strings.CutSuffix(name, ":"); isJSON {
			claims[bare] = jsontext.Value(value)
			if !claims[bare].IsValid() {
				return nil, usageError{fmt.Errorf("--claim %s: the value is not JSON", claim)}
			}
			continue
		}
		claims[name], _ = jsontext.AppendQuote(nil, value)
	}
	if c.Expires > 0 {
		now := time.Now().Unix()
		claims["iat"] = jsontext.Value(fmt.Sprint(now))
		claims["exp"] = jsontext.Value(fmt.Sprint(now + int64(c.Expires/time.Second)))
	}
	return json.Marshal(claims, json.Deterministic(true))
}

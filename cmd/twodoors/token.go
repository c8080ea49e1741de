package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/jwtinspect"
)

// tokenCommand is the token page on the command line: the same code, no server.
type tokenCommand struct {
	Decode tokenDecode `cmd:"" help:"Decode a token and list its problems."`
	Verify tokenVerify `cmd:"" help:"Verify a token; status 0 only if it is valid."`
	Sign   tokenSign   `cmd:"" help:"Sign a token."`
}

// tokenArgument is a token, from the command line or from standard input.
type tokenArgument struct {
	Token string `arg:"" optional:"" help:"The token, or a text that contains it; if missing or -, standard input is read."`
	JSON  bool   `name:"json" help:"Print the whole report as JSON."`
}

// maxToken is how much is read of what should be a token.
const maxToken = 64 << 10

func (a tokenArgument) read(in io.Reader) (string, error) {
	if a.Token != "" && a.Token != "-" {
		return a.Token, nil
	}
	text, err := readBounded(in, maxToken)
	return strings.TrimSpace(string(text)), err
}

func (a tokenArgument) print(out io.Writer, report jwtinspect.Report) error {
	if !a.JSON {
		return nil
	}
	text, err := json.Marshal(report, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, string(text))
	return err
}

type tokenDecode struct{ tokenArgument }

// Run prints as much as can be read of a token. What is no token is status 1.
func (c *tokenDecode) Run(t terminal) error {
	text, err := c.read(t.in)
	if err != nil {
		return err
	}
	report := jwtinspect.Inspect(text, nil, jwtinspect.Expectations{}, time.Now())
	if err := c.print(t.out, report); err != nil {
		return err
	}
	if !c.JSON {
		describe(t.out, report)
	}
	if !report.Structure.Valid {
		return errors.New("the token is not well formed: " + report.Structure.Reason)
	}
	return nil
}

func describe(out io.Writer, r jwtinspect.Report) {
	for _, part := range r.Parts {
		shown := part.Decoded
		if value := jsontext.Value(part.Decoded); value.Indent(jsontext.WithIndent("  ")) == nil {
			shown = string(value)
		}
		fmt.Fprintf(out, "%s, %d bytes\n", part.Name, part.Bytes)
		if shown != "" {
			fmt.Fprintln(out, inertLines(shown))
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "%s, checked against %s\n%s\n", r.Kind.Name, r.Kind.Source, r.Times.Text)
	for _, f := range r.Findings {
		say(out, f)
	}
}

func say(out io.Writer, f jwtinspect.Finding) {
	fmt.Fprintf(out, "%-7s  %s (%s)\n", f.Severity, f.Text, f.Source)
}

// warn says what is dangerous about a token though it is valid, as a secret that
// everybody can guess, and what was left out of what was given.
func warn(out io.Writer, r jwtinspect.Report) {
	for _, f := range r.Findings {
		if f.Severity == jwtinspect.Danger || f.Severity == jwtinspect.Warning && f.Concerns == "structure" {
			say(out, f)
		}
	}
}

// inertLines keeps a token from writing to the terminal what it likes.
func inertLines(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
			return '·'
		}
		return r
	}, text)
}

type tokenVerify struct {
	tokenArgument
	keyFlags
	PEM        string   `name:"pem" help:"File with a public key or a certificate." placeholder:"FILE"`
	JWK        string   `name:"jwk" help:"File with a JWK." placeholder:"FILE"`
	JWKS       string   `name:"jwks" help:"File or http(s) URL of a key set." placeholder:"FILE|URL"`
	Algorithms []string `name:"alg" help:"Allowed algorithms."`
	Issuer     string   `name:"iss" help:"Required issuer."`
	Audience   string   `name:"aud" help:"Required audience."`
}

// Run checks signature and policy. Valid is status 0, and nothing else is.
func (c *tokenVerify) Run(t terminal) error {
	for _, name := range c.Algorithms {
		if !slices.Contains(jwtinspect.Algorithms(), name) {
			return usageError{fmt.Errorf("--alg must be one or more of %s, not %q", strings.Join(jwtinspect.Algorithms(), ", "), name)}
		}
	}
	key, err := c.key(t, []keySource{{"pem", c.PEM}, {"jwk", c.JWK}, {"jwks", c.JWKS}})
	if err != nil {
		return err
	}
	text, err := c.read(t.in)
	if err != nil {
		return err
	}
	report := jwtinspect.Inspect(text, key, jwtinspect.Expectations{Algorithms: c.Algorithms, Issuer: c.Issuer, Audience: c.Audience}, time.Now())
	if err := c.print(t.out, report); err != nil {
		return err
	}
	switch {
	case !report.Structure.Valid:
		return errors.New("not valid: the token is not well formed: " + report.Structure.Reason)
	case !report.Signature.Valid:
		return errors.New("not valid: signature: " + report.Signature.Reason)
	case !report.Policy.Valid:
		return errors.New("not valid, although the signature is: " + report.Policy.Reason)
	}
	if !c.JSON {
		fmt.Fprintln(t.out, "valid:", report.Signature.Reason, report.Policy.Reason)
		warn(t.out, report)
	}
	return nil
}

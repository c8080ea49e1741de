package token

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/trace"
)

// Issued is what somebody who logged in or refreshed is given.
type Issued struct {
	Token    string        // the access token
	Lifetime time.Duration // of the access token

	Refresh         string        // the refresh token, empty when none is issued
	RefreshLifetime time.Duration // of the refresh token
}

// Login signs a token for somebody whose password was right. Whoever holds it is
// let in until it expires; the server keeps nothing of it. It keeps the hash of
// the refresh token that comes with it. Neither is issued when the account has changed
// since its password was checked.
func (d *Door) Login(r *http.Request, user data.User) (Issued, error) {
	ctx, rules := r.Context(), d.Rules()
	next := rules.next(d.Now())
	issued, err := d.sign(ctx, rules, user, next)
	if err != nil {
		return Issued{}, err
	}
	if rules.RefreshLifetime > 0 {
		issued.RefreshLifetime = rules.RefreshLifetime
		issued.Refresh, err = d.beginFamily(ctx, rules, user, next)
	} else {
		err = d.countIssued(ctx, user, next)
	}
	if err != nil {
		return Issued{}, err
	}
	trace.Admit(ctx, user.Username)
	slog.InfoContext(ctx, "login", "door", door.Token, "username", user.Username)
	return issued, nil
}

// next is by which key a token that is issued now is signed, and until when.
func (rules *Rules) next(now time.Time) data.Signature {
	return data.Signature{KeyID: rules.Keys.current.ID, Expires: now.Add(rules.Lifetime)}
}

// sign signs an access token.
func (d *Door) sign(ctx context.Context, rules *Rules, user data.User, next data.Signature) (Issued, error) {
	key := rules.Keys.current
	step := trace.Start(ctx, trace.TokenSign)
	text, err := key.signClaims(Claims{
		Issuer: d.Issuer.Name, Audience: AudienceList{d.Issuer.Audience}, ClientID: Client,
		Subject: strconv.FormatInt(user.ID, 10), Name: user.Username, Role: user.Role,
		IssuedAt: On(next.Expires.Add(-rules.Lifetime)), Expires: On(next.Expires), ID: rand.Text(),
	})
	if err != nil {
		step.Refuse(trace.KeyUnusable, trace.Text("kid", key.ID))
		return Issued{}, door.Failure("The token cannot be signed right now.", err)
	}
	step.Pass(trace.Text("kid", key.ID), trace.Text("algorithm", key.Algorithm), trace.Number("bytes", len(text)), trace.Duration("lifetime", rules.Lifetime))
	return Issued{Token: text, Lifetime: rules.Lifetime}, nil
}

// signClaims writes a token in compact serialization (RFC 7515 section 7.1).
func (k *Key) signClaims(claims Claims) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("write payload: %w", err)
	}
	signed := k.header + "." + encode(payload)
	signature, err := k.sign(signed)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return signed + "." + encode(signature), nil
}

// countIssued counts an access token that no refresh token comes with. One that cannot
// be counted is not issued.
func (d *Door) countIssued(ctx context.Context, user data.User, s data.Signature) error {
	step := trace.Start(ctx, trace.TokenSign)
	err := d.Issued.Count(ctx, user, s, d.Now())
	switch {
	case errors.Is(err, data.ErrChanged):
		step.Refuse(trace.AccountChanged, trace.Text("user", user.Username))
		return door.ErrChanged
	case err != nil:
		step.Refuse(trace.DatabaseUnwritable)
		return door.Failure("The token cannot be counted right now.", err)
	}
	return nil
}

func encode(raw []byte) string { return base64url.EncodeToString(raw) }

package token

import (
	"crypto/rand"
	"encoding/base64"
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

// Issued is a token that was just signed.
type Issued struct {
	Token    string
	Lifetime time.Duration
}

// Login signs a token for somebody whose password was right. Whoever holds it is
// let in until it expires; the server keeps nothing.
func (d *Door) Login(r *http.Request, user data.User) (Issued, error) {
	ctx := r.Context()
	step := trace.Start(ctx, trace.TokenSign)
	text, err := d.sign(user, d.Now())
	if err != nil {
		step.Refuse("key " + d.Keys.current.ID + " does not sign")
		return Issued{}, door.Failure("The token cannot be signed just now. Try again in a moment.", err)
	}
	step.Pass("key " + d.Keys.current.ID + ", " + d.Keys.current.Algorithm + ": " + strconv.Itoa(len(text)) + " bytes, valid for " + d.Lifetime.String())
	trace.Admit(ctx, user.Username)
	slog.InfoContext(ctx, "login", "door", door.Token, "username", user.Username)
	return Issued{text, d.Lifetime}, nil
}

func (d *Door) sign(user data.User, now time.Time) (string, error) {
	return d.Keys.Sign(Claims{
		Issuer: Issuer, Audience: AudienceList{Audience}, ClientID: Client,
		Subject: strconv.FormatInt(user.ID, 10), Name: user.Username, Role: user.Role,
		IssuedAt: On(now), Expires: On(now.Add(d.Lifetime)), ID: rand.Text(),
	})
}

// Sign writes a token with the current key, in compact serialization (RFC 7515
// section 7.1).
func (k *Keys) Sign(claims Claims) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("write payload: %w", err)
	}
	signed := k.current.header + "." + encode(payload)
	signature, err := k.current.sign(signed)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return signed + "." + encode(signature), nil
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

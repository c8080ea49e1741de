package token

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/trace"
)

// refreshBytes of a refresh token are random, or look so.
const refreshBytes = 32

// Grace is usually how long the use of a refresh token may be repeated: by a client
// that lost the answer, or by a second tab that asked at the same moment. It gets
// the same successor, while nobody has used that one. Later, a token that comes
// again is in the hands of two.
const Grace = 10 * time.Second

// familyLives is how many lifetimes of a refresh token a family has at most,
// however often it is refreshed in time.
const familyLives = 7

// beginFamily issues the first refresh token of a login (RFC 9700 section 4.14.2).
func (d *Door) beginFamily(ctx context.Context, rules *Rules, user data.User, beside data.Signature) (string, error) {
	step, now := trace.Start(ctx, trace.RefreshCreate), d.Now()
	fresh := make([]byte, refreshBytes)
	rand.Read(fresh)
	text := encode(fresh)
	err := d.RefreshTokens.Begin(ctx, data.NewFamily{
		User: user, Hash: hashOf(text), Beside: beside,
		Expires: now.Add(rules.RefreshLifetime), Ends: now.Add(familyLives * rules.RefreshLifetime),
	}, now)
	switch {
	case errors.Is(err, data.ErrChanged):
		step.Refuse("SQLite: " + user.Username + " has changed since the password was checked")
		return "", door.ErrChanged
	case err != nil:
		step.Refuse("SQLite: does not take its hash")
		return "", door.Failure("The refresh token cannot be kept just now.", err)
	}
	step.Pass("SQLite: its hash; " + trace.ShowID(text) + " is good for one use within " + rules.RefreshLifetime.String())
	return text, nil
}

// Refresh takes a refresh token and gives the next one, with a new access token. A
// token that was spent before ends its whole family.
func (d *Door) Refresh(r *http.Request, sent Sent) (Issued, error) {
	ctx, rules := r.Context(), d.Rules()
	found, err := d.findRefresh(ctx, sent)
	if err != nil {
		return Issued{}, err
	}
	if rules.RefreshLifetime == 0 {
		return Issued{}, d.revokeFamily(ctx, found, "refreshing is switched off")
	}
	next := rules.next(d.Now())
	refresh, user, err := d.spend(ctx, rules, found, sent.Text, next)
	if err != nil {
		return Issued{}, err
	}
	issued, err := d.sign(ctx, rules, user, next)
	if err != nil {
		return Issued{}, err
	}
	issued.Refresh, issued.RefreshLifetime = refresh, rules.RefreshLifetime
	trace.Admit(ctx, user.Username)
	return issued, nil
}

// findRefresh looks the token up by its hash. What is none of ours, has expired or
// has ended gets one and the same answer; only the trace tells them apart.
func (d *Door) findRefresh(ctx context.Context, sent Sent) (data.RefreshToken, error) {
	step := trace.Start(ctx, trace.RefreshFind)
	if sent.Conflict != nil {
		step.Refuse("more than one cookie " + sent.Name + ", so another program on this host set one")
		return data.RefreshToken{}, sent.Conflict
	}
	if sent.Text == "" {
		step.Refuse("none came")
		return data.RefreshToken{}, errNoRefresh
	}
	trace.Present(ctx, trace.Credential{Kind: "refresh", Name: sent.Name, Shown: trace.ShowID(sent.Text), Bytes: len(sent.Text)})
	found := data.RefreshToken{}
	err := data.ErrNotFound
	if raw, bad := base64url.DecodeString(sent.Text); bad == nil && len(raw) == refreshBytes {
		found, err = d.RefreshTokens.Find(ctx, hashOf(sent.Text))
	}
	switch {
	case errors.Is(err, data.ErrNotFound):
		step.Refuse("SQLite: no refresh token with that hash")
		return found, errBadRefresh
	case err != nil:
		step.Refuse("SQLite: cannot be read")
		return found, door.Failure("The refresh token cannot be looked up just now.", err)
	case found.Ended:
		step.Refuse("SQLite: its family has ended")
		return found, errBadRefresh
	case !d.Now().Before(found.Expires):
		step.Refuse("SQLite: it expired " + between(found.Expires, d.Now()) + " ago")
		return found, errBadRefresh
	}
	step.Pass("SQLite: " + familyName(found) + ", " + d.sinceSpent(found))
	return found, nil
}

// spend ends the token and keeps its successor, and returns the account as it is then.
// The successor is derived from it, so that a repetition gets the same, though only
// hashes are kept.
func (d *Door) spend(ctx context.Context, rules *Rules, found data.RefreshToken, text string, beside data.Signature) (string, data.User, error) {
	step, now, next := trace.Start(ctx, trace.RefreshSpend), d.Now(), d.successor(text)
	fate, user, err := d.RefreshTokens.Spend(ctx, data.Spending{
		Hash: hashOf(text), Successor: hashOf(next), Expires: now.Add(rules.RefreshLifetime), Grace: rules.RefreshGrace, Beside: beside,
	}, now)
	switch {
	case err != nil:
		step.Refuse("SQLite: does not take it")
		return "", user, door.Failure("The refresh token cannot be spent just now.", err)
	case fate == data.Gone:
		step.Refuse("SQLite: its family ended at this moment")
		return "", user, errBadRefresh
	case fate == data.Disabled:
		return "", user, d.revokeFamily(ctx, found, "the account is disabled")
	case fate == data.Reused:
		return "", user, d.revokeFamily(ctx, found, "it was spent before, so somebody has a copy")
	}
	again := ""
	if fate == data.Repeated {
		again = ", the same as a moment ago"
	}
	step.Pass("SQLite: spent, the next is " + trace.ShowID(next) + again)
	return next, user, nil
}

// revokeFamily ends a family of which somebody used a token who should not.
func (d *Door) revokeFamily(ctx context.Context, found data.RefreshToken, why string) error {
	step := trace.Start(ctx, trace.FamilyRevoke)
	if err := d.RefreshTokens.End(ctx, found.Family, d.Now()); err != nil {
		step.Refuse("SQLite: does not take it")
		return door.Failure("This cannot be decided just now.", err)
	}
	step.Refuse(why + "; " + familyName(found) + " is ended")
	slog.WarnContext(ctx, "refresh family ended", "username", found.Owner, "family", found.Family, "why", why)
	return errBadRefresh
}

func (d *Door) successor(text string) string {
	mac := hmac.New(sha256.New, d.Secret)
	mac.Write([]byte(text))
	return encode(mac.Sum(nil))
}

func (d *Door) sinceSpent(found data.RefreshToken) string {
	if found.Spent.IsZero() {
		return "not used yet"
	}
	return "used " + between(found.Spent, d.Now()) + " ago"
}

func familyName(found data.RefreshToken) string {
	return "family " + strconv.FormatInt(found.Family, 10) + " of " + found.Owner
}

func hashOf(text string) []byte {
	hash := sha256.Sum256([]byte(text))
	return hash[:]
}

var (
	errNoRefresh = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.NoCredential,
		Detail: "There is no refresh token with this request. Log in at the token door."}
	errBadRefresh = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.BadCredential,
		Detail: "This refresh token is not good. Log in at the token door."}
)

package token

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
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
	step, now := trace.Start(ctx, trace.RefreshCreate).In(d.RefreshTokens.Where()), d.Now()
	fresh := make([]byte, refreshBytes)
	rand.Read(fresh)
	text := encode(fresh)
	err := d.RefreshTokens.Begin(ctx, data.NewFamily{
		User: user, Hash: hashOf(text), Beside: beside,
		Expires: now.Add(rules.RefreshLifetime), Ends: now.Add(familyLives * rules.RefreshLifetime),
	}, now)
	switch {
	case errors.Is(err, data.ErrChanged):
		step.Refuse(trace.AccountChanged, trace.Text("user", user.Username))
		return "", door.ErrChanged
	case err != nil:
		step.Refuse(trace.DatabaseUnwritable)
		return "", door.Failure("The refresh token cannot be stored right now.", err)
	}
	step.Pass(trace.Text("shown", trace.ShowID(text)), trace.Duration("lifetime", rules.RefreshLifetime))
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
		return Issued{}, d.switchedOff(ctx, found)
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
	step := trace.Start(ctx, trace.RefreshFind).In(d.RefreshTokens.Where())
	if sent.Conflict != nil {
		step.Refuse(trace.CookieTwice, trace.Text("name", sent.Name))
		return data.RefreshToken{}, sent.Conflict
	}
	if sent.Text == "" {
		step.Refuse(trace.RefreshMissing)
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
		step.Refuse(trace.RefreshUnknown)
		return found, errBadRefresh
	case err != nil:
		step.Refuse(trace.DatabaseUnavailable)
		return found, door.Failure("The refresh token cannot be looked up right now.", err)
	case found.Ended:
		step.Refuse(trace.FamilyEnded)
		return found, errBadRefresh
	case !d.Now().Before(found.Expires):
		step.Refuse(trace.RefreshExpired, trace.Duration("late", d.Now().Sub(found.Expires)))
		return found, errBadRefresh
	}
	step.Pass(append(familyOf(found), d.useOf(found)...)...)
	return found, nil
}

// spend ends the token and keeps its successor, and returns the account as it is then.
// The successor is derived from it, so that a repetition gets the same, though only
// hashes are kept.
func (d *Door) spend(ctx context.Context, rules *Rules, found data.RefreshToken, text string, beside data.Signature) (string, data.User, error) {
	step, now, next := trace.Start(ctx, trace.RefreshSpend).In(d.RefreshTokens.Where()), d.Now(), d.successor(text)
	fate, user, err := d.RefreshTokens.Spend(ctx, data.Spending{
		Hash: hashOf(text), Successor: hashOf(next), Expires: now.Add(rules.RefreshLifetime), Grace: rules.RefreshGrace, Beside: beside,
	}, now)
	switch {
	case err != nil:
		step.Refuse(trace.DatabaseUnwritable)
		return "", user, door.Failure("The refresh token cannot be used right now.", err)
	case fate == data.Gone:
		step.Refuse(trace.FamilyEnded)
		return "", user, errBadRefresh
	case fate == data.Disabled:
		return "", user, d.familyEnded(ctx, found, trace.FamilyDisabled)
	case fate == data.Reused:
		return "", user, d.familyEnded(ctx, found, trace.RefreshReused)
	}
	again := "no"
	if fate == data.Repeated {
		again = "yes"
	}
	step.Pass(trace.Text("shown", trace.ShowID(next)), trace.Text("again", again))
	return next, user, nil
}

// switchedOff ends a family from before refresh tokens were switched off.
func (d *Door) switchedOff(ctx context.Context, found data.RefreshToken) error {
	if err := d.RefreshTokens.End(ctx, found.Family, d.Now()); err != nil {
		trace.Start(ctx, trace.FamilyRevoke).In(d.RefreshTokens.Where()).Refuse(trace.DatabaseUnwritable)
		return door.Failure("This cannot be decided right now.", err)
	}
	return d.familyEnded(ctx, found, trace.RefreshOff)
}

// familyEnded refuses a token whose use has ended its family.
func (d *Door) familyEnded(ctx context.Context, found data.RefreshToken, why trace.Why) error {
	trace.Start(ctx, trace.FamilyRevoke).In(d.RefreshTokens.Where()).Refuse(why, familyOf(found)...)
	slog.WarnContext(ctx, "refresh family revoked", "username", found.Owner, "family", found.Family, "why", string(why))
	return errBadRefresh
}

func (d *Door) successor(text string) string {
	mac := hmac.New(sha256.New, d.Secret)
	mac.Write([]byte(text))
	return encode(mac.Sum(nil))
}

// useOf says whether a token was used, and how long ago.
func (d *Door) useOf(found data.RefreshToken) []trace.Fact {
	if found.Spent.IsZero() {
		return []trace.Fact{trace.Text("use", "first")}
	}
	return []trace.Fact{trace.Text("use", "again"), trace.Duration("ago", d.Now().Sub(found.Spent))}
}

func familyOf(found data.RefreshToken) []trace.Fact {
	return []trace.Fact{trace.Number("family", found.Family), trace.Text("user", found.Owner)}
}

func hashOf(text string) []byte {
	hash := sha256.Sum256([]byte(text))
	return hash[:]
}

var (
	errNoRefresh = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.NoCredential,
		Detail: "This request has no refresh token. Log in at the token door."}
	errBadRefresh = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.BadCredential,
		Detail: "This refresh token is not valid. Log in at the token door."}
)
